// SPDX-License-Identifier: GPL-2.0-only
/** What commands know of a machine: the process's memory, and the mappings and links of its guests. */
import { checkAddress, checkBigint, checkFlag, wrongType } from '../arguments.js';
import { checkOurs } from '../brands.js';
import type { Gmap } from '../machine/gmap.js';
import type { Machine } from '../machine/machine.js';
import type { Mm } from '../machine/mm.js';
import { unwrap } from '../machine/result.js';
import { SEGMENT } from '../programs/random/world.js';
import { type JsonOf, toJson } from '../trace/json.js';
import { hex } from '../trace/words.js';

/** What one call of a machine may map by default. */
const MOST_SEGMENTS = 2n ** 20n;

/**
 * A guest address space. Its methods answer what the machine must, as a trace has it: `0`, `-EINVAL`, `0x1000`. Keys and
 * values of its maps are the first addresses of segments.
 */
export class GuestModel {
  /** The highest guest address. */
  readonly end: bigint;
  /** Guest segment: host segment. */
  readonly mappings: Map<bigint, bigint> = new Map();
  /** Host segment: the guest segment that shares its page table. */
  readonly links: Map<bigint, bigint> = new Map();

  /** `end`: the highest guest address. */
  constructor(end: bigint) {
    this.end = checkAddress('GuestModel: end', end);
  }

  /**
   * Maps guest segments to host segments; addresses and `length` are in bytes.
   * @throws {RangeError} for more than 2^20 segments.
   */
  map(from: bigint, to: bigint, length: bigint): string {
    checkAddress('GuestModel.map: from', from);
    checkAddress('GuestModel.map: to', to);
    checkAddress('GuestModel.map: length', length);
    const isAligned = (from | to | length) % SEGMENT === 0n;
    if (!isAligned || length === 0n || to + length - 1n > this.end || to + length >= 1n << 64n) return '-EINVAL';
    if (length / SEGMENT > MOST_SEGMENTS) throw new RangeError('GuestModel.map: length must be at most 2n ** 40n');
    this.#forget(to, length);
    for (let at = 0n; at < length; at += SEGMENT) {
      // a host address 0 is no mapping
      if (from + at !== 0n) this.mappings.set(to + at, from + at);
    }
    return '0';
  }

  /** Unmaps guest segments; `to` and `length` are in bytes. */
  unmap(to: bigint, length: bigint): string {
    checkAddress('GuestModel.unmap: to', to);
    checkAddress('GuestModel.unmap: length', length);
    if ((to | length) % SEGMENT !== 0n || length === 0n || to + length >= 1n << 64n) return '-EINVAL';
    this.#forget(to, length);
    return '0';
  }

  /** The mappings of a guest range, and the links of their host segments: also those to other guest segments. */
  #forget(to: bigint, length: bigint): void {
    for (const [at, host] of this.mappings) {
      if (at < to || at >= to + length) continue;
      this.links.delete(host);
      this.mappings.delete(at);
    }
  }

  /** The host address of a guest address, by the mappings. */
  translate(gaddr: bigint): string {
    checkAddress('GuestModel.translate: gaddr', gaddr);
    const host = this.mappings.get(segmentOf(gaddr));
    return host === undefined ? '-EFAULT' : hex(host + (gaddr % SEGMENT));
  }

  /** 64-bit values as hex strings. */
  toJSON(): JsonOf<Pick<GuestModel, 'end' | 'mappings' | 'links'>> {
    const { end, mappings, links } = this;
    return toJson({ end, mappings, links });
  }
}

/** The state that a model run begins with, and follows. */
export class Model {
  /** Host segments that hold memory, and whether it can be written to. */
  readonly memory: Map<bigint, boolean> = new Map();
  /** Guests that live, oldest first; at the same places as in {@link Real}. */
  readonly guests: GuestModel[] = [];

  /** `count` segments; whatever was there before goes. */
  mmap(segment: bigint, count: bigint, write: boolean): string {
    checkFlag('Model.mmap: write', write, false);
    this.munmap(segment, count);
    for (let at = segment; at < segment + count * SEGMENT; at += SEGMENT) this.memory.set(at, write);
    return '0';
  }

  /** No guest is linked to memory that is gone. */
  munmap(segment: bigint, count: bigint): string {
    checkAddress('Model: segment', segment);
    checkBigint('Model: count', count, 0n, MOST_SEGMENTS, 'from 0n to 2n ** 20n segments');
    for (let at = segment; at < segment + count * SEGMENT; at += SEGMENT) {
      this.memory.delete(at);
      for (const guest of this.guests) guest.links.delete(at);
    }
    return '0';
  }

  /** A guest's access; `write`: a store. It links the segment where it succeeds. */
  fault(guest: GuestModel, gaddr: bigint, write: boolean): string {
    if (!(guest instanceof GuestModel)) throw wrongType('Model.fault: guest', 'a GuestModel', guest);
    checkAddress('Model.fault: gaddr', gaddr);
    checkFlag('Model.fault: write', write, false);
    const host = guest.mappings.get(segmentOf(gaddr));
    const isWritable = host === undefined ? undefined : this.memory.get(host);
    if (host === undefined || isWritable === undefined || (write && !isWritable)) return '-EFAULT';
    const linked = guest.links.get(host) ?? segmentOf(gaddr);
    if (linked !== segmentOf(gaddr)) return '-EEXIST';
    guest.links.set(host, linked);
    return '0';
  }

  /** 64-bit values as hex strings. */
  toJSON(): JsonOf<Pick<Model, 'memory' | 'guests'>> {
    const { memory, guests } = this;
    return toJson({ memory, guests });
  }
}

/** The first address of the segment of 1 MiB that an address is in. */
function segmentOf(address: bigint): bigint {
  return address - (address % SEGMENT);
}

/** What commands do something to. */
export interface Real {
  /** The machine that is tested. */
  readonly machine: Machine;
  /** Its first process. */
  readonly mm: Mm;
  /** Gmaps that live, oldest first. */
  readonly gmaps: Gmap[];
}

/** What fast-check's modelRun takes. */
export interface Setup {
  /** Without memory and guests. */
  model: Model;
  /** The same of the machine. */
  real: Real;
}

/**
 * What a model run begins with: the machine as it was after its constructor, with a process that may run guests, of which
 * there are none yet. The machine is reset, so that one is enough for all runs.
 */
export function setup(machine: Machine): Setup {
  checkOurs('setup: machine', machine, 'Machine');
  machine.reset();
  const { mm } = machine;
  unwrap(mm.enableSie());
  return { model: new Model(), real: { machine, mm, gmaps: [] } };
}

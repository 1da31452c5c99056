// SPDX-License-Identifier: GPL-2.0-only
/** The memory of the kernel in a dump: virtual addresses through its own tables, and members of structures by name. */
import { hex } from '../../trace/words.js';
import { DumpError } from '../dump-error.js';
import { textUpToNul } from '../formats/format.js';
import { type DumpStorage, missing } from '../storage.js';
import { type Field, Types } from '../types/btf.js';
import { findSymbols } from '../types/kallsyms.js';
import { Vmcoreinfo } from './vmcoreinfo.js';

const NT_S390_CTRS = 0x304;
/** Control register 13 has the kernel's ASCE, whatever the CPU was doing. */
const HOME_SPACE = 13;
const DESIGNATION = 0xcn;
const PAGE = 0x1000n;
const SEGMENT = 0x100000n;
const INVALID_ENTRY = 0x20n;
const INVALID_PAGE = 0x400n;
/** A region-third or segment entry that is the memory itself. */
const LARGE = 0x400n;
const MOST_BTF = 2 ** 26;

/** What a segment of the kernel's addresses is: memory in one piece, or behind a page table. */
type Segment = { readonly absolute: bigint } | { readonly table: bigint } | undefined;

export class KernelMemory {
  readonly storage: DumpStorage;
  readonly info: Vmcoreinfo;
  readonly types: Types;
  /** Of the kernel. */
  readonly asce: bigint;
  readonly #segments = new Map<bigint, Segment>();

  /** `types`: for a kernel that has no BTF in it. */
  constructor(storage: DumpStorage, types?: Types) {
    this.storage = storage;
    this.info = new Vmcoreinfo(storage);
    this.asce = this.cpuNotes(NT_S390_CTRS)[0]?.readBigUInt64BE(8 * HOME_SPACE) ?? this.#asceOfSymbols();
    this.types = types ?? this.#ownTypes();
  }

  /** Of each CPU that the dump has notes of. */
  cpuNotes(wanted: number): Buffer[] {
    return this.storage.format.notes
      .filter(({ name, type }) => name === 'LINUX' && type === wanted)
      .map(({ data }) => data);
  }

  /** The absolute address; undefined where the kernel has nothing. */
  absolute(address: bigint): bigint | undefined {
    const number = address / SEGMENT;
    let segment = this.#segments.get(number);
    if (segment === undefined && !this.#segments.has(number)) {
      segment = this.#walk(address);
      this.#segments.set(number, segment);
    }
    if (segment === undefined) return undefined;
    if ('absolute' in segment) return segment.absolute + (address % SEGMENT);
    const pte = this.storage.words(segment.table + ((address % SEGMENT) / PAGE) * 8n, 1)?.[0];
    return pte === undefined || pte & INVALID_PAGE ? undefined : (pte & -PAGE) + (address % PAGE);
  }

  #walk(address: bigint): Segment {
    const top = Number((this.asce & DESIGNATION) >> 2n);
    if (address >> (31n + 11n * BigInt(top)) !== 0n) return undefined;
    let table = this.asce & -PAGE;
    for (let level = top; level >= 0; level--) {
      const shift = 20n + 11n * BigInt(level);
      const entry = this.storage.words(table + ((address >> shift) & 0x7ffn) * 8n, 1)?.[0];
      if (entry === undefined || entry & INVALID_ENTRY) return undefined;
      const size = 1n << shift;
      if (level <= 1 && entry & LARGE) return { absolute: (entry & -size) + (address & (size - 1n) & -SEGMENT) };
      if (level === 0) return { table: entry & ~0x7ffn };
      table = entry & -PAGE;
    }
    return undefined;
  }

  /** @throws {DumpError} ERR_DUMP_MISSING */
  bytes(address: bigint, length: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = address, left = length; left > 0; ) {
      const size = Math.min(left, Number(PAGE - (at % PAGE)));
      const absolute = this.absolute(at);
      const bytes = absolute === undefined ? undefined : this.storage.bytes(absolute, size);
      if (!bytes) throw missing(`the kernel's address ${hex(at)} is not in the dump`);
      parts.push(bytes);
      at += BigInt(size);
      left -= size;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  /** Whether there is a word at the address. */
  has(address: bigint): boolean {
    const absolute = this.absolute(address);
    return absolute !== undefined && this.storage.bytes(absolute, 8) !== undefined;
  }

  pointer(address: bigint): bigint {
    return this.bytes(address, 8).readBigUInt64BE(0);
  }

  /** Where a member of the structure at the address is. */
  at(struct: string, address: bigint, member: string): bigint {
    return BigInt.asUintN(64, address + BigInt(this.types.field(struct, member).offset));
  }

  /** An integer, a pointer or a bit field, unsigned. */
  get(struct: string, address: bigint, member: string): bigint {
    const field = this.types.field(struct, member);
    if (field.bits > 0) return this.#bitField(address, field);
    if (field.size < 1 || field.size > 8)
      throw new DumpError('ERR_DUMP_TYPES', `struct ${struct}: ${member} is no number`);
    const bytes = this.bytes(address + BigInt(field.offset), field.size);
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  #bitField(address: bigint, { bit, bits }: Field): bigint {
    const word = this.pointer(address + BigInt(bit >> 3));
    return (word >> BigInt(64 - (bit & 7) - bits)) & ((1n << BigInt(bits)) - 1n);
  }

  /** An array of pointers or other words. */
  words(struct: string, address: bigint, member: string): bigint[] {
    const { offset, size } = this.types.field(struct, member);
    const bytes = this.bytes(address + BigInt(offset), size - (size % 8));
    return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readBigUInt64BE(8 * i));
  }

  text(struct: string, address: bigint, path: string): string {
    const { offset, size } = this.types.field(struct, path);
    return textUpToNul(this.bytes(address + BigInt(offset), size));
  }

  /** A live kernel has no notes of its CPUs, but says where its top table is. */
  #asceOfSymbols(): bigint {
    const address = this.info.neededSymbol('swapper_pg_dir');
    const table = this.storage.format.absoluteOf(address) ?? this.info.absoluteOfImage(address);
    const first = this.storage.words(table, 1)?.[0];
    if (first === undefined)
      throw missing("the dump has no registers of a CPU, and the kernel's top table is not in it");
    return table | (first & DESIGNATION);
  }

  /** BTF of the kernel itself, if it was built with it and names it. */
  #ownTypes(): Types {
    const [start, stop] = ['__start_BTF', '__stop_BTF'];
    const found = findSymbols(
      (name) => this.info.symbol(name),
      (address, length) => this.bytes(address, length),
      [start as string, stop as string],
    );
    const [from, to] = [found.get('__start_BTF'), found.get('__stop_BTF')];
    if (from === undefined || to === undefined || to <= from || to - from > BigInt(MOST_BTF))
      throw new DumpError(
        'ERR_DUMP_TYPES',
        `the kernel in this dump, ${this.info.release}, has no type information in it (CONFIG_DEBUG_INFO_BTF and CONFIG_KALLSYMS_ALL): give --types FILE: its vmlinux with a section .BTF, or of a kernel that s390-gmap kernel install has installed the file that kernel list --json names (types)`,
      );
    return new Types(this.bytes(from, Number(to - from)));
  }
}

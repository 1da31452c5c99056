// SPDX-License-Identifier: GPL-2.0-only
/** What a kernel says of itself for dumps (Linux, Documentation/admin-guide/kdump/vmcoreinfo.rst): lines such as `SIZE(page)=64`. */
import { DumpError } from '../dump-error.js';
import type { DumpStorage } from '../storage.js';

/** Where the kernel stores the address of the note, absolute: QEMU's dumps do not have the note itself. */
const ADDRESS_OF_NOTE = 0xe0cn;
const NOTE_HEAD = 12;
const MOST_BYTES = 2 ** 16;

const HEX = /^[0-9a-f]{1,16}$/;

export class Vmcoreinfo {
  readonly #lines: ReadonlyMap<string, string>;

  constructor(storage: DumpStorage) {
    const note = storage.format.notes.find(({ name }) => name === 'VMCOREINFO');
    const text = (note?.data ?? noteInStorage(storage)).toString('latin1');
    this.#lines = new Map(
      text.split('\n').flatMap((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
      }),
    );
  }

  /** As `uname -r` prints it. */
  get release(): string {
    return this.#lines.get('OSRELEASE') ?? 'unknown';
  }

  /** @throws {DumpError} ERR_DUMP_MISSING if there is no such line with a number. */
  number(name: string): bigint {
    const text = this.#lines.get(name);
    if (text === undefined || !/^[0-9]{1,20}$/.test(text))
      throw new DumpError('ERR_DUMP_MISSING', `the kernel's VMCOREINFO has no number ${name}`);
    return BigInt(text);
  }

  /** A number that something is divided by. @throws {DumpError} ERR_DUMP_MISSING if it is 0, or not there. */
  size(name: string): bigint {
    const size = this.number(name);
    if (size === 0n) throw new DumpError('ERR_DUMP_MISSING', `the kernel's VMCOREINFO says ${name}=0`);
    return size;
  }

  symbol(name: string): bigint | undefined {
    const text = this.#lines.get(`SYMBOL(${name})`);
    return text !== undefined && HEX.test(text) ? BigInt(`0x${text}`) : undefined;
  }

  /** Where an address of the kernel's image is, absolute: until 6.9 the same number, then it says how far it was moved. */
  absoluteOfImage(address: bigint): bigint {
    const [virtual, physical] = ['KERNELOFFSET', 'KERNELOFFPHYS'].map((name) => {
      const text = this.#lines.get(name);
      return text !== undefined && HEX.test(text) ? BigInt(`0x${text}`) : 0n;
    }) as [bigint, bigint];
    return BigInt.asUintN(64, address - virtual + physical);
  }

  /** @throws {DumpError} ERR_DUMP_MISSING */
  neededSymbol(name: string): bigint {
    const address = this.symbol(name);
    if (address === undefined) throw new DumpError('ERR_DUMP_MISSING', `the kernel's VMCOREINFO has no symbol ${name}`);
    return address;
  }
}

function noteInStorage(storage: DumpStorage): Buffer {
  const at = storage.bytes(ADDRESS_OF_NOTE, 8)?.readBigUInt64BE(0) ?? 0n;
  const head = at === 0n ? undefined : storage.bytes(at, NOTE_HEAD);
  const size = head?.readUInt32BE(4) ?? 0;
  const text =
    head && size <= MOST_BYTES
      ? storage.bytes(at + BigInt(NOTE_HEAD + Math.ceil(head.readUInt32BE(0) / 4) * 4), size)
      : undefined;
  if (!text || text.length === 0)
    throw new DumpError(
      'ERR_DUMP_MISSING',
      'the dump has no VMCOREINFO: there is no note of it, and the kernel has not stored where it is (absolute 0xe0c)',
    );
  return text;
}

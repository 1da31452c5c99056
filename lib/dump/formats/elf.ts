// SPDX-License-Identifier: GPL-2.0-only
/** ELF core files of s390x: of QEMU, kdump, zgetdump, and /proc/kcore (System V ABI, "Program Header"). */
import { largest } from '../../largest.js';
import { DumpError, damaged } from '../dump-error.js';
import { type DumpFormat, type Note, PAGE_SIZE, parseNotes } from './format.js';
import { numberAt, type Source } from './source.js';

const HEADER = 64;
const ROW = 56;
const CLASS_64 = 2;
const BIG_ENDIAN = 2;
const EM_S390 = 22;
const PT_LOAD = 1;
const PT_NOTE = 4;
/** The number of rows is in the first section header. */
const PN_XNUM = 0xffff;
const NOWHERE = 2n ** 64n - 1n;
const MOST_ROWS = 2 ** 20;

interface Load {
  readonly offset: number;
  readonly virtual: bigint;
  readonly physical: number;
  readonly size: number;
  /** What it is longer than `size` by is zeros. */
  readonly memorySize: number;
}

export class ElfDump implements DumpFormat {
  readonly kind = 'ELF';
  readonly notes: readonly Note[];
  readonly end: number;
  readonly #source: Source;
  /** As they are in the file. */
  readonly #loads: readonly Load[];
  /** The same storage by absolute addresses, each of them once. */
  readonly #pieces: readonly Load[];

  constructor(source: Source) {
    this.#source = source;
    const rows = programHeaders(source);
    const loads = rows.flatMap((row) => {
      // /proc/kcore also has what lies at no place of its own: that is reached through the kernel's tables.
      if (row.readUInt32BE(0) !== PT_LOAD || row.readBigUInt64BE(24) === NOWHERE) return [];
      const [offset, physical, size, memorySize] = [8, 24, 32, 40].map((at) => numberAt(row, at)) as [
        number,
        number,
        number,
        number,
      ];
      return [{ offset, physical, size, memorySize, virtual: row.readBigUInt64BE(16) }];
    });
    this.#loads = loads;
    this.#pieces = piecesOf(loads);
    this.end = largest(loads.map(({ physical, memorySize }) => physical + memorySize));
    this.notes = rows
      .filter((row) => row.readUInt32BE(0) === PT_NOTE)
      .flatMap((row) => parseNotes(source.read(numberAt(row, 8), numberAt(row, 32))));
  }

  page(absolute: number): Buffer | undefined {
    const load = this.#loadAt(absolute);
    if (!load) return undefined;
    const at = absolute - load.physical;
    if (at >= load.size) return Buffer.alloc(PAGE_SIZE);
    return at + PAGE_SIZE <= load.size ? this.#source.read(load.offset + at, PAGE_SIZE) : undefined;
  }

  absoluteOf(virtual: bigint): bigint | undefined {
    const load = this.#loads.find((one) => one.virtual <= virtual && virtual < one.virtual + BigInt(one.memorySize));
    return load && BigInt(load.physical) + virtual - load.virtual;
  }

  /** The last one that begins at the address or below, if it goes so far. */
  #loadAt(absolute: number): Load | undefined {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pieces[middle] as Load).physical <= absolute) low = middle + 1;
      else high = middle;
    }
    const load = this.#pieces[low - 1];
    return load && absolute < load.physical + load.memorySize ? load : undefined;
  }
}

/** /proc/kcore has the kernel's image twice: as such, and in the memory that it lies in. */
function piecesOf(loads: readonly Load[]): Load[] {
  let end = 0;
  return [...loads]
    .sort((a, b) => a.physical - b.physical)
    .flatMap((load) => {
      const known = Math.max(0, end - load.physical);
      if (known >= load.memorySize) return [];
      end = load.physical + load.memorySize;
      return [
        {
          offset: load.offset + known,
          virtual: load.virtual + BigInt(known),
          physical: load.physical + known,
          size: Math.max(0, load.size - known),
          memorySize: load.memorySize - known,
        },
      ];
    });
}

function programHeaders(source: Source): Buffer[] {
  const header = source.read(0, HEADER);
  if (header[4] !== CLASS_64 || header[5] !== BIG_ENDIAN || header.readUInt16BE(18) !== EM_S390)
    throw new DumpError('ERR_DUMP_FORMAT', `${source.path} is an ELF file, but no dump of s390x`);
  const count = rowCount(source, header);
  if (count > MOST_ROWS) throw damaged(`${source.path} says that it has ${count} segments`);
  const table = source.read(numberAt(header, 32), count * ROW);
  return Array.from({ length: count }, (_, i) => table.subarray(i * ROW, (i + 1) * ROW));
}

function rowCount(source: Source, header: Buffer): number {
  const count = header.readUInt16BE(56);
  return count === PN_XNUM ? source.read(numberAt(header, 40) + 44, 4).readUInt32BE(0) : count;
}

// SPDX-License-Identifier: GPL-2.0-only
/** Sections of ELF files of s390x, by name. */
import { RandomAccessFile } from '../../files/random-access.js';
import { DumpError } from '../dump-error.js';
import { textUpToNul } from '../formats/format.js';
import { numberAt, type Source, sourceOf } from '../formats/source.js';

const BIG_ENDIAN = 2;
const HEADER = 64;
const SECTION = 64;

/** Undefined if there is none of that name. @throws {DumpError} ERR_DUMP_TYPES for a file of a little-endian machine. */
export function sectionOf(source: Source, wanted: string): Buffer | undefined {
  const header = source.read(0, HEADER);
  if (header[5] !== BIG_ENDIAN) throw new DumpError('ERR_DUMP_TYPES', 'it is an ELF file of a little-endian machine');
  const [table, count, namesIndex] = [numberAt(header, 40), header.readUInt16BE(60), header.readUInt16BE(62)];
  const sections = source.read(table, count * SECTION);
  const rowOf = (index: number) => sections.subarray(index * SECTION, (index + 1) * SECTION);
  const names = namesIndex < count ? numberAt(rowOf(namesIndex), 24) : 0;
  for (let i = 0; i < count && names > 0; i++) {
    const row = rowOf(i);
    const name = textUpToNul(source.read(names + row.readUInt32BE(0), wanted.length + 1));
    if (name === wanted) return source.read(numberAt(row, 24), numberAt(row, 32));
  }
  return undefined;
}

/** The same of a file. */
export function readSection(path: string, wanted: string): Buffer | undefined {
  const file = new RandomAccessFile(path);
  try {
    return sectionOf(sourceOf(file), wanted);
  } finally {
    file.close();
  }
}

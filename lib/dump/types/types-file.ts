// SPDX-License-Identifier: GPL-2.0-only
/** A file with type information: BTF as it is, or an ELF file with a section .BTF, as a vmlinux has. */
import { RandomAccessFile } from '../../files/random-access.js';
import { DumpError } from '../dump-error.js';
import { textUpToNul } from '../formats/format.js';
import { numberAt, type Source, sourceOf } from '../formats/source.js';
import { Types } from './btf.js';

const ELF = '\x7fELF';
const BIG_ENDIAN = 2;
const HEADER = 64;
const SECTION = 64;
const LONGEST_NAME = 5;

/** @throws {FileError} if it cannot be read; {@link DumpError} ERR_DUMP_TYPES if there are no types in it. */
export function readTypes(path: string): Types {
  const file = new RandomAccessFile(path);
  try {
    const isElf = file.read(0, ELF.length).toString('latin1') === ELF;
    return new Types(isElf ? sectionOf(sourceOf(file)) : file.read(0, file.size));
  } catch (error) {
    if (error instanceof DumpError)
      throw new DumpError('ERR_DUMP_TYPES', `${path}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    file.close();
  }
}

function sectionOf(source: Source): Buffer {
  const header = source.read(0, HEADER);
  if (header[5] !== BIG_ENDIAN) throw new DumpError('ERR_DUMP_TYPES', 'it is an ELF file of a little-endian machine');
  const [table, count, namesIndex] = [numberAt(header, 40), header.readUInt16BE(60), header.readUInt16BE(62)];
  const sections = source.read(table, count * SECTION);
  const rowOf = (index: number) => sections.subarray(index * SECTION, (index + 1) * SECTION);
  const names = namesIndex < count ? numberAt(rowOf(namesIndex), 24) : 0;
  for (let i = 0; i < count && names > 0; i++) {
    const row = rowOf(i);
    const name = textUpToNul(source.read(names + row.readUInt32BE(0), LONGEST_NAME));
    if (name === '.BTF') return source.read(numberAt(row, 24), numberAt(row, 32));
  }
  throw new DumpError('ERR_DUMP_TYPES', 'it has no section .BTF: was the kernel built with CONFIG_DEBUG_INFO_BTF?');
}

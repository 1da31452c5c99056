// SPDX-License-Identifier: GPL-2.0-only
/** A file with type information: BTF as it is, or an ELF file with a section .BTF, as a vmlinux has. */
import { RandomAccessFile } from '../../files/random-access.js';
import { DumpError } from '../dump-error.js';
import { sourceOf } from '../formats/source.js';
import { Types } from './btf.js';
import { sectionOf } from './elf-section.js';

const ELF = '\x7fELF';

/** @throws {FileError} if it cannot be read; {@link DumpError} ERR_DUMP_TYPES if there are no types in it. */
export function readTypes(path: string): Types {
  const file = new RandomAccessFile(path);
  try {
    const isElf = file.read(0, ELF.length).toString('latin1') === ELF;
    return new Types(isElf ? btfOf(file) : file.read(0, file.size));
  } catch (error) {
    if (error instanceof DumpError)
      throw new DumpError('ERR_DUMP_TYPES', `${path}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    file.close();
  }
}

function btfOf(file: RandomAccessFile): Buffer {
  const section = sectionOf(sourceOf(file), '.BTF');
  if (section) return section;
  throw new DumpError('ERR_DUMP_TYPES', 'it has no section .BTF: was the kernel built with CONFIG_DEBUG_INFO_BTF?');
}

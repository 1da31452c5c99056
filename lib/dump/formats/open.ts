// SPDX-License-Identifier: GPL-2.0-only
/** A dump's format, told by its first bytes. */
import { RandomAccessFile } from '../../files/random-access.js';
import { largest } from '../../largest.js';
import { DumpError, damaged } from '../dump-error.js';
import { ElfDump } from './elf.js';
import { Flattened } from './flattened.js';
import type { DumpFormat } from './format.js';
import { KdumpDump } from './kdump.js';
import { type Source, sourceOf } from './source.js';

/** What dumps begin with. An ELF file may be something else: that is told when it is opened. */
const MAGICS = { elf: '\x7fELF', kdump: 'KDUMP   ', flattened: 'makedumpfile' } as const;
const LONGEST_MAGIC = 16;

/** Whether a file begins as a dump does: no trace does. What is no regular file is none. */
export function isDumpFile(path: string): boolean {
  try {
    const file = new RandomAccessFile(path);
    const text = file.read(0, LONGEST_MAGIC).toString('latin1');
    file.close();
    return Object.values(MAGICS).some((magic) => text.startsWith(magic));
  } catch {
    // Whoever opens it says what is wrong.
    return false;
  }
}

/** One file, or all of those that makedumpfile --split has made. */
export function openFormat(files: readonly RandomAccessFile[]): DumpFormat {
  const formats = files.map((file) => openOne(file));
  const [first] = formats;
  return first && formats.length === 1 ? first : new SplitDump(formats);
}

function openOne(file: RandomAccessFile): DumpFormat {
  const text = file.read(0, LONGEST_MAGIC).toString('latin1');
  const source = sourceOf(file);
  if (text.startsWith(MAGICS.elf)) return new ElfDump(source);
  if (text.startsWith(MAGICS.kdump)) return new KdumpDump(source);
  if (text.startsWith(MAGICS.flattened)) return new FlattenedDump(source);
  throw new DumpError('ERR_DUMP_FORMAT', `${file.path} is no dump: it is neither ELF nor kdump-compressed`);
}

class FlattenedDump extends KdumpDump {
  override readonly kind = 'kdump-compressed, flattened';

  constructor(source: Source) {
    super(new Flattened(source));
  }
}

/** Each of the files has the pages of a range of its own. */
class SplitDump implements DumpFormat {
  readonly kind: string;
  readonly notes;
  readonly end: number;
  readonly #parts: readonly KdumpDump[];

  constructor(formats: readonly DumpFormat[]) {
    const parts = formats.filter((format): format is KdumpDump => format instanceof KdumpDump);
    if (parts.length < formats.length || parts.some(({ range }) => range.end === Number.POSITIVE_INFINITY))
      throw damaged('several files are one dump only where makedumpfile --split has made them');
    this.#parts = parts;
    this.kind = `kdump-compressed, ${parts.length} files`;
    this.notes = parts[0]?.notes ?? [];
    this.end = largest(parts.map(({ end }) => end));
  }

  page(absolute: number): Buffer | undefined {
    for (const part of this.#parts) {
      const page = part.page(absolute);
      if (page) return page;
    }
    return undefined;
  }

  absoluteOf(): undefined {
    return undefined;
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/** What a shared library for Linux asks of the system that loads it, read from the file itself: 64-bit ELF of either byte order. */

export interface Needs {
  /** Libraries: DT_NEEDED. */
  readonly libraries: readonly string[];
  /** Versions of symbols, as in `GLIBC_2.14`, of all libraries. */
  readonly versions: readonly string[];
  /** Symbols that somebody else must define, without those that need not be there. */
  readonly undefined: readonly string[];
}

const SHT_STRTAB = 3;
const SHT_DYNAMIC = 6;
const SHT_DYNSYM = 11;
const SHT_GNU_VERNEED = 0x6ffffffe;
const DT_NEEDED = 1;
const STB_WEAK = 2;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

class Elf {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #sections: readonly Section[];

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#view.getUint32(0) !== 0x7f454c46 || bytes[4] !== 2) throw new Error('not a 64-bit ELF file');
    this.#little = bytes[5] === 1;
    const [at, size, count] = [this.long(0x28), this.half(0x3a), this.half(0x3c)];
    this.#sections = Array.from({ length: count }, (_, i) => {
      const header = at + i * size;
      return {
        type: this.word(header + 4),
        offset: this.long(header + 24),
        size: this.long(header + 32),
        link: this.word(header + 40),
        info: this.word(header + 44),
      };
    });
  }

  half(at: number): number {
    return this.#view.getUint16(at, this.#little);
  }

  word(at: number): number {
    return this.#view.getUint32(at, this.#little);
  }

  long(at: number): number {
    return Number(this.#view.getBigUint64(at, this.#little));
  }

  byte(at: number): number {
    return this.#view.getUint8(at);
  }

  section(type: number): Section {
    const section = this.#sections.find((one) => one.type === type);
    if (!section) throw new Error(`the file has no section of type 0x${type.toString(16)}`);
    return section;
  }

  /** A string of the table that belongs to a section. */
  string({ link }: Section, offset: number): string {
    const table = this.#sections[link];
    if (table?.type !== SHT_STRTAB) throw new Error('the file has no table of strings there');
    let text = '';
    for (let at = table.offset + offset; this.byte(at) !== 0; at++) text += String.fromCharCode(this.byte(at));
    return text;
  }
}

export function readNeeds(bytes: Uint8Array): Needs {
  const elf = new Elf(bytes);
  return { libraries: libraries(elf), versions: versions(elf), undefined: undefinedSymbols(elf) };
}

function libraries(elf: Elf): string[] {
  const names: string[] = [];
  const section = elf.section(SHT_DYNAMIC);
  for (let at = section.offset; at < section.offset + section.size; at += 16)
    if (elf.long(at) === DT_NEEDED) names.push(elf.string(section, elf.long(at + 8)));
  return names;
}

/** A chain of libraries (struct Verneed), each with a chain of versions (struct Vernaux). */
function versions(elf: Elf): string[] {
  const names: string[] = [];
  const section = elf.section(SHT_GNU_VERNEED);
  let library = section.offset;
  for (let i = 0; i < section.info; i++) {
    let version = library + elf.word(library + 8);
    for (let j = 0; j < elf.half(library + 2); j++) {
      names.push(elf.string(section, elf.word(version + 8)));
      version += elf.word(version + 12);
    }
    library += elf.word(library + 12);
  }
  return names;
}

function undefinedSymbols(elf: Elf): string[] {
  const names: string[] = [];
  const section = elf.section(SHT_DYNSYM);
  for (let at = section.offset + 24; at < section.offset + section.size; at += 24) {
    const isUndefined = elf.half(at + 6) === 0;
    const binding = elf.byte(at + 4) >> 4;
    if (isUndefined && binding !== STB_WEAK) names.push(elf.string(section, elf.word(at)));
  }
  return names;
}

// SPDX-License-Identifier: GPL-2.0-only
// What a shared library for Linux asks of the system that loads it, read from the file itself: 64-bit ELF of either byte order.

const ELF_MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const SHT_DYNAMIC = 6;
const SHT_DYNSYM = 11;
const SHT_GNU_VERNEED = 0x6ffffffe;
const DT_NEEDED = 1;
const STB_WEAK = 2;

/** Node's names of the machines that e_machine stands for. */
const architectures = { 22: 's390x', 62: 'x64', 183: 'arm64' };

class Elf {
  #view;
  #little;
  #sections;

  constructor(bytes) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#view.getUint32(0) !== ELF_MAGIC || bytes[4] !== CLASS_64) throw new Error('not a 64-bit ELF file');
    this.#little = bytes[5] === LITTLE_ENDIAN;
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

  half(at) {
    return this.#view.getUint16(at, this.#little);
  }

  word(at) {
    return this.#view.getUint32(at, this.#little);
  }

  long(at) {
    return Number(this.#view.getBigUint64(at, this.#little));
  }

  byte(at) {
    return this.#view.getUint8(at);
  }

  /** The section of a type; undefined if the file has none. */
  section(type) {
    return this.#sections.find((one) => one.type === type);
  }

  /** A string of the table that belongs to a section. */
  string({ link }, offset) {
    let text = '';
    for (let at = this.#sections[link].offset + offset; this.byte(at) !== 0; at++)
      text += String.fromCharCode(this.byte(at));
    return text;
  }
}

/**
 * `architecture` as Node names it; `libraries` (DT_NEEDED); `versions` of symbols, as in GLIBC_2.14, of all libraries;
 * `undefined`: symbols that somebody else must define, without those that need not be there.
 */
export function readNeeds(bytes) {
  const elf = new Elf(bytes);
  const machine = elf.half(0x12);
  return {
    architecture: architectures[machine] ?? `machine ${machine}`,
    libraries: libraries(elf),
    versions: versions(elf),
    undefined: undefinedSymbols(elf),
  };
}

function libraries(elf) {
  const names = [];
  const section = elf.section(SHT_DYNAMIC);
  if (!section) throw new Error('the file is not a shared library');
  for (let at = section.offset; at < section.offset + section.size; at += 16)
    if (elf.long(at) === DT_NEEDED) names.push(elf.string(section, elf.long(at + 8)));
  return names;
}

/** A chain of libraries (struct Verneed), each with a chain of versions (struct Vernaux). musl has none. */
function versions(elf) {
  const names = [];
  const section = elf.section(SHT_GNU_VERNEED);
  let library = section?.offset;
  for (let i = 0; i < (section?.info ?? 0); i++) {
    let version = library + elf.word(library + 8);
    for (let j = 0; j < elf.half(library + 2); j++) {
      names.push(elf.string(section, elf.word(version + 8)));
      version += elf.word(version + 12);
    }
    library += elf.word(library + 12);
  }
  return names;
}

function undefinedSymbols(elf) {
  const names = [];
  const section = elf.section(SHT_DYNSYM);
  for (let at = section.offset + 24; at < section.offset + section.size; at += 24) {
    const isUndefined = elf.half(at + 6) === 0;
    const binding = elf.byte(at + 4) >> 4;
    if (isUndefined && binding !== STB_WEAK) names.push(elf.string(section, elf.word(at)));
  }
  return names;
}

/** 2.17 of 2012, which every system that Node 20 runs on has. */
const NEWEST_GLIBC = [2, 17];

/** Whether a version of a symbol is newer than what is asked for, or of another library than libc. */
function isTooNew(version) {
  const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === undefined) return true;
  return major > NEWEST_GLIBC[0] || (major === NEWEST_GLIBC[0] && minor > NEWEST_GLIBC[1]);
}

const isLibc = {
  glibc: (name) => /^(libc\.so\.6|ld64\.so\.1|ld-linux.*)$/.test(name),
  musl: (name) => /^libc\.(musl-.*\.so\.1|so)$/.test(name),
};
/** Of C++, whose runtime is linked into no addon. */
export const isOfCxxRuntime = (symbol) => /^_Z|^__cxa_(?!finalize|atexit)|^__gxx/.test(symbol);

/** What such a library asks for and an addon for that libc must not; nothing is well. */
export function tooMuch(needs, libc) {
  return [
    ...needs.libraries.filter((name) => !isLibc[libc](name)),
    ...needs.versions.filter(isTooNew),
    ...needs.undefined.filter(isOfCxxRuntime),
  ];
}

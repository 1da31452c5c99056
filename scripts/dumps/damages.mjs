// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damages dumps, for test/dump/hostile.test.ts and for `npm run check:long -- dumps`: each time one of the files of a folder is changed in
 * place, and made whole again before the next.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { flatten, writeElf, writeKdump } from './write.mjs';

const PAGE = 4096;
/** Where the heads of all formats end, more or less. */
const HEADS = 40_000;
const ALL_ONES = 2n ** 64n - 1n;

/** In turn; words of the kernel's memory most often. */
const KINDS = ['words', 'head', 'words', 'page', 'words', 'body', 'words', 'cut', 'head', 'types'];

/** Numbers from 0 to end - 1, the same for the same seed. */
export function randomOf(seed) {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

/** A file that is changed and made whole again. */
class Scratch {
  #fd;
  #wrong = [];

  constructor(path, bytes) {
    this.path = path;
    this.bytes = bytes;
    writeFileSync(path, bytes);
    this.#fd = openSync(path, 'r+');
  }

  put(at, bytes) {
    const part = bytes.subarray(0, Math.max(0, this.bytes.length - at));
    writeSync(this.#fd, part, 0, part.length, at);
    this.#wrong.push({ at, end: at + part.length });
  }

  cut(length) {
    ftruncateSync(this.#fd, length);
    this.#wrong.push({ at: length, end: this.bytes.length });
  }

  restore() {
    for (const { at, end } of this.#wrong) writeSync(this.#fd, this.bytes, at, end - at, at);
    this.#wrong = [];
  }

  close() {
    closeSync(this.#fd);
  }
}

export class Damages {
  #random;
  #numbers;
  #pages;
  /** Addresses of words that are not 0, by page. */
  #used = new Map();
  #files;
  #types;
  #count = 0;
  #kinds = {
    words: (dump) => this.#words(dump),
    page: (dump) => this.#page(dump),
    head: (dump) => this.#head(dump),
    body: (dump) => this.#body(dump),
    cut: (dump) => this.#cut(dump),
    types: () => this.#wrongTypes(),
  };

  /**
   * `pages`: those of a dump that are not all zeros, by their numbers; `count`: how many the machine has; `types`: a file with its types.
   * Files are written to `folder`.
   */
  constructor({ pages, notes, count, types }, folder, random) {
    this.#random = random;
    this.#pages = pages;
    this.#numbers = [...pages.keys()].sort((a, b) => a - b);
    for (const number of this.#numbers) this.#used.set(number, usedWords(pages.get(number)));
    const middle = this.#numbers[this.#numbers.length >> 1];
    const kdump = (options) => writeKdump(pages, notes, { count, ...options });
    const file = (name, bytes) => new Scratch(join(folder, name), bytes);
    const zlib = kdump({});
    this.#files = {
      elf: file('elf', writeElf(pages, notes, count)),
      zlib: file('zlib', zlib),
      lzo: file('lzo', kdump({ compress: 'lzo' })),
      snappy: file('snappy', kdump({ compress: 'snappy' })),
      flat: file('flat', flatten(zlib)),
      first: file('first', kdump({ range: [0, middle] })),
      second: file('second', kdump({ range: [middle, count] })),
    };
    this.#types = file('types', readFileSync(types));
  }

  /** The next damage: { kind, dump, types }, with the paths that openDump takes. */
  next() {
    for (const file of [...Object.values(this.#files), this.#types]) file.restore();
    const kind = KINDS[this.#count++ % KINDS.length];
    const { elf, first, second, ...whole } = this.#files;
    const dump =
      { words: elf, page: elf, types: whole.zlib }[kind] ?? this.#pick([elf, first, second, ...Object.values(whole)]);
    this.#kinds[kind](dump);
    const isSplit = dump === first || dump === second;
    return { kind, dump: isSplit ? [first.path, second.path] : dump.path, types: this.#types.path };
  }

  close() {
    for (const file of [...Object.values(this.#files), this.#types]) file.close();
  }

  #pick(list) {
    return list[this.#random(list.length)];
  }

  /** Words of the kernel's memory. */
  #words(dump) {
    for (let i = this.#random(4); i >= 0; i--) {
      const number = this.#pick(this.#numbers);
      const at = this.#pick(this.#used.get(number));
      dump.put(this.#placeOf(number) + at, this.#wrongWord(this.#pages.get(number).subarray(at, at + 8)));
    }
  }

  /** A page that is lost, or has what another one has. */
  #page(dump) {
    const other = this.#random(2) === 0 ? Buffer.alloc(PAGE) : this.#pages.get(this.#pick(this.#numbers));
    dump.put(this.#placeOf(this.#pick(this.#numbers)), other);
  }

  /** Fields of the file itself. */
  #head(dump) {
    this.#fields(dump, Math.min(HEADS, dump.bytes.length));
  }

  #body(dump) {
    this.#fields(dump, dump.bytes.length);
  }

  #wrongTypes() {
    this.#fields(this.#types, this.#types.bytes.length);
  }

  #cut(dump) {
    dump.cut(this.#random(dump.bytes.length));
  }

  #fields(file, end) {
    for (let i = this.#random(4); i >= 0; i--) {
      const size = this.#pick([1, 4, 8]);
      const at = this.#random(end);
      // Whole fields, more often than parts of two.
      const first = this.#random(4) === 0 ? at : at - (at % size);
      file.put(first, this.#wrongField(file.bytes, first, size));
    }
  }

  #wrongField(bytes, at, size) {
    const word = Buffer.alloc(8);
    bytes.copy(word, 8 - size, at, at + size);
    return this.#wrongWord(word).subarray(8 - size);
  }

  #wrongWord(word) {
    const number = this.#pick(this.#numbers);
    const at = this.#pick(this.#used.get(number));
    const old = word.readBigUInt64BE(0);
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(
      [
        old ^ (1n << BigInt(this.#random(64))),
        0n,
        ALL_ONES,
        BigInt.asUintN(64, old + BigInt(this.#random(3) - 1) * 8n),
        BigInt(this.#random(256)),
        // The word itself, of whatever else there is, and where it is.
        this.#pages.get(number).readBigUInt64BE(at),
        BigInt(number * PAGE + at),
        BigInt(this.#random(2 ** 32)) << BigInt(this.#random(32)),
      ][this.#random(8)],
    );
    return bytes;
  }

  /** Where the ELF file has a page: all of them are at its end, in their order. */
  #placeOf(number) {
    const { length } = this.#files.elf.bytes;
    return length - (this.#numbers.length - this.#numbers.indexOf(number)) * PAGE;
  }
}

function usedWords(page) {
  const used = [];
  for (let at = 0; at < PAGE; at += 8) if (page.readBigUInt64BE(at) !== 0n) used.push(at);
  return used;
}

/**
 * Looks at everything that there is. Answers what came of it: `no problem`, `problems`, or the code of what is wrong with the dump.
 * What is printed as facts must be a trace that can be read. `openDump`, `shootDump`, `parseTrace`: of lib/, or of the package that was built.
 */
export function lookAtAll({ openDump, shootDump, parseTrace }, path, types) {
  try {
    const dump = openDump(path, { types });
    try {
      const facts = [...dump.facts([0n, 0x10000000000n])].map((fact) => `  + ${fact}`);
      parseTrace(['# gmap-trace 1', 'observe(1)', ...facts, ''].join('\n'), 'facts');
      const problems = dump.check();
      for (const { name } of [...dump.processes, ...dump.gmaps]) {
        String(dump.inspect(name, 0x1000n));
        dump.dump(name, { to: 0x10000000n });
      }
      shootDump(dump, 'a dump');
      return problems.length > 0 ? 'problems' : 'no problem';
    } finally {
      dump.close();
    }
  } catch (error) {
    if (error.name === 'DumpError') return error.code;
    throw error;
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of the model, as native/core/test/state.h prints them, for the rules of lib/dump/check: what machine_check() says of a state and
 * what these say are compared.
 */
import { GrowingItems } from '../../dist/dump/items.js';

const PAGE_WORDS = 512;
const PAGE_SHIFT = 12n;
const CRST_SIZE = 0x4000n;
/** In the order of enum frame_kind. */
const PAGE_TABLE = 3n;

/** Of each state { name, check, known, kernel, state }: what it is of, what machine_check() says ('' for nothing), and a GmapState. */
export function readStates(text) {
  const states = [];
  let reader;
  for (const line of text.split('\n')) {
    const at = line.indexOf(' ');
    const [word, rest] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    if (word === 'state') reader = new Reader(rest);
    else if (word === 'end') states.push(reader.done());
    else if (word !== '') reader[word](rest);
  }
  return states;
}

class Reader {
  #head;
  #processes = [];
  #gmaps = [];
  #storage;
  #frames = new Map();
  #pages = new Map();

  constructor(name) {
    this.#head = { name };
  }

  kernel(name) {
    this.#head.kernel = name;
  }

  check(text) {
    this.#head.check = text;
  }

  known(ids) {
    this.#head.known = ids.split(' ').filter(Boolean);
  }

  mm(line) {
    const [mm, asce, limit, allocPgste, hasPgste, noZeroPages] = numbers(line);
    const process = {
      name: `mm${mm}`,
      mm,
      asce,
      limit,
      allocPgste: allocPgste !== 0n,
      hasPgste: hasPgste !== 0n,
      usesKeys: noZeroPages !== 0n,
    };
    this.#processes.push({ process, vmas: [] });
  }

  vma(line) {
    const [start, end, flags] = numbers(line);
    this.#processes.at(-1).vmas.push({ start, end, flags });
  }

  gmap(line) {
    const [handle, mm, asce, end, table, references] = numbers(line);
    this.#gmaps.push({
      name: `g${handle}`,
      address: handle,
      process: this.#processes.at(-1).process,
      mm,
      asce,
      end,
      table,
      references: Number(references),
      tables: [],
      mapped: new GrowingItems(),
      linked: new GrowingItems(),
      shadow: undefined,
    });
  }

  crst(line) {
    this.#gmaps.at(-1).tables.push(...numbers(line));
  }

  g2h(line) {
    this.#gmaps.at(-1).mapped.push(...numbers(line));
  }

  h2g(line) {
    this.#gmaps.at(-1).linked.push(...numbers(line));
  }

  storage(line) {
    this.#storage = numbers(line);
  }

  frame(line) {
    const [address, kind, index] = numbers(line);
    this.#frames.set(address >> PAGE_SHIFT, { kind, index });
  }

  words(line) {
    let [address, count, value] = numbers(line);
    for (; count > 0n; address += 8n, count--) {
      const number = address >> PAGE_SHIFT;
      if (!this.#pages.has(number)) this.#pages.set(number, new BigUint64Array(PAGE_WORDS));
      this.#pages.get(number)[Number((address >> 3n) & BigInt(PAGE_WORDS - 1))] = value;
    }
  }

  done() {
    const frames = this.#frames;
    const [systemEnd, end] = this.#storage;
    return {
      ...this.#head,
      state: {
        storage: { words: (absolute, count) => this.#read(absolute, count) },
        problems: [],
        processes: this.#processes.map(({ process }) => process),
        gmaps: this.#gmaps.map((gmap) => ({ ...gmap, mapped: gmap.mapped.done(), linked: gmap.linked.done() })),
        shadows: [],
        indexOf: (table) => (frames.get(table >> PAGE_SHIFT) ?? frames.get((table & -CRST_SIZE) >> PAGE_SHIFT))?.index,
        useOf(absolute) {
          if (absolute >= end) return undefined;
          const frame = frames.get(absolute >> PAGE_SHIFT);
          if (!frame) return absolute < systemEnd ? 'anything' : 'free';
          return frame.kind === PAGE_TABLE ? 'page table' : 'anything';
        },
        vmasOf: (process) => this.#processes.find((one) => one.process === process).vmas,
        locksOf: () => [],
        lockOf: () => undefined,
      },
    };
  }

  /** Undefined where no table is. */
  #read(absolute, count) {
    const words = new BigUint64Array(count);
    for (let done = 0; done < count; ) {
      const page = this.#pages.get((absolute + BigInt(8 * done)) >> PAGE_SHIFT);
      if (!page) return undefined;
      const from = Number((absolute >> 3n) + BigInt(done)) % PAGE_WORDS;
      const part = page.subarray(from, from + count - done);
      words.set(part, done);
      done += part.length;
    }
    return words;
  }
}

const numbers = (line) => line.split(' ').map((word) => BigInt(`0x${word}`));

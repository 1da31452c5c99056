// SPDX-License-Identifier: GPL-2.0-only
/** Plays a film forward and back. */
import { checkAddress, checkNumber, checkText, checkWord } from '../arguments.js';
import { inspectAs, inspectObject } from '../inspect/console.js';
import type { StorageView } from '../inspect/storage.js';
import { checkShape, number } from '../shapes.js';
import { show } from '../show.js';
import { withJson } from '../trace/json.js';
import { type Film, type FilmMap, filmMaps, filmShape, type Patch } from './film.js';
import { fillOf, GRANULE_WORDS, granuleOf } from './granules.js';

/** A process that lives. */
export interface FilmMm {
  /** `mm0` */
  readonly name: string;
  /** The address-space-control element. */
  readonly asce: bigint;
  /** Whether its page tables have PGSTEs. */
  readonly hasPgstes: boolean;
}

/** A gmap that lives. */
export interface FilmGmap {
  /** `g0` */
  readonly name: string;
  /** The name of its process. */
  readonly mm: string;
  /** The address-space-control element. */
  readonly asce: bigint;
  /** The highest guest address. */
  readonly end: bigint;
}

/** A mapping of a process. */
export interface FilmMapping {
  /** The first host address. */
  readonly start: bigint;
  /** The first address behind it. */
  readonly end: bigint;
  /** `rw-p`. */
  readonly flags: string;
}

const HEX = /^[0-9a-f]{1,16}$/;

function word(hex: string): bigint {
  if (!HEX.test(hex)) throw new TypeError(`FilmPlayer: film must have a word in hex, not ${show(hex)}`);
  return BigInt(`0x${hex}`);
}

const compareNames = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name.localeCompare(b.name, 'en', { numeric: true });

/**
 * A film at one of its moments, which is also a storage for what walks tables: {@link walkChain}, {@link dumpRanges},
 * {@link collectTables}.
 */
export class FilmPlayer implements StorageView {
  static {
    inspectAs(FilmPlayer, ({ film, position }, style) =>
      inspectObject('FilmPlayer', { source: film.source, position, calls: film.calls.length }, style),
    );
  }

  /** What it plays. */
  readonly film: Film;
  #position = 0;
  readonly #maps = Object.fromEntries(filmMaps.map((name) => [name, new Map()])) as Record<
    FilmMap,
    Map<string, string>
  >;
  readonly #granules = new Map<number, Map<number, bigint>>();
  readonly #fills = new Map<number, bigint>();
  /** Granules that are not in the dump that the film is of. */
  readonly #missing = new Set<number>();

  /** At the beginning: before the first call. */
  constructor(film: Film) {
    checkShape('FilmPlayer: film', film, filmShape);
    this.film = film;
    for (const [map, key, , after] of film.start) this.#set(map, key, after);
  }

  /** How many calls are done. */
  get position(): number {
    return this.#position;
  }

  /** Goes to the state after the first `position` calls; what is below 0 or above the last call is that. */
  seek(position: number): void {
    checkShape('FilmPlayer.seek: position', position, number);
    const target = Math.max(0, Math.min(position, this.film.calls.length));
    while (this.#position < target) {
      for (const [map, key, , after] of this.#patches(this.#position)) this.#set(map, key, after);
      this.#position++;
    }
    while (this.#position > target) {
      this.#position--;
      const patches = this.#patches(this.#position);
      for (let i = patches.length - 1; i >= 0; i--) {
        const [map, key, before] = patches[i] as Patch;
        this.#set(map, key, before);
      }
    }
  }

  /** All keys and values of one map as they are now. */
  map(name: FilmMap): ReadonlyMap<string, string> {
    checkWord('FilmPlayer.map: name', name, filmMaps);
    return this.#maps[name];
  }

  /** `count` words from the absolute address on, as they are now; undefined if they are not all in storage, or in the dump. */
  words(absolute: bigint, count: number): BigUint64Array | undefined {
    checkAddress('FilmPlayer.words: absolute', absolute);
    checkNumber('FilmPlayer.words: count', count, 0, Number.MAX_SAFE_INTEGER);
    const { storageStart = 0, storageLimit } = this.film;
    const offset = absolute - BigInt(storageStart);
    if (offset < 0n || offset + 8n * BigInt(count) > BigInt(storageLimit)) return undefined;
    // Storage ends far below 2^53, also where its addresses are those of a process.
    const start = Number(absolute);
    const words = new BigUint64Array(count);
    for (let at = 0; at < count; ) {
      const address = start + at * 8;
      const granule = granuleOf(address);
      if (this.#missing.has(granule)) return undefined;
      const first = (address - granule) / 8;
      const length = Math.min(GRANULE_WORDS - first, count - at);
      this.#readGranule(granule, first, words.subarray(at, at + length));
      at += length;
    }
    return words;
  }

  #readGranule(granule: number, first: number, into: BigUint64Array): void {
    into.fill(fillOf(this.#fills, granule));
    const stored = this.#granules.get(granule);
    if (!stored) return;
    for (const [index, value] of stored) if (index >= first && index < first + into.length) into[index - first] = value;
  }

  /** The storage key of the frame at that absolute address, if somebody set it. */
  keyOf(frame: bigint): number | undefined {
    checkAddress('FilmPlayer.keyOf: frame', frame);
    const key = this.#maps.key.get(frame.toString(16));
    return key === undefined ? undefined : Number.parseInt(key, 16);
  }

  /** The processes that live, in the order of their numbers. */
  mms(): FilmMm[] {
    const mms: FilmMm[] = [];
    for (const [name, value] of this.#maps.space) {
      const [asce = '0', pgstes] = value.split(' ');
      if (name.startsWith('mm')) mms.push(withJson({ name, asce: word(asce), hasPgstes: pgstes === '1' }));
    }
    return mms.sort(compareNames);
  }

  /** The gmaps, in the order of their numbers. */
  gmaps(): FilmGmap[] {
    const gmaps: FilmGmap[] = [];
    for (const [name, value] of this.#maps.space) {
      const [mm = '', asce = '0', end = '0'] = value.split(' ');
      if (name.startsWith('g')) gmaps.push(withJson({ name, mm, asce: word(asce), end: word(end) }));
    }
    return gmaps.sort(compareNames);
  }

  /** The mappings of a process, lowest first. */
  mappings(mm: string): FilmMapping[] {
    checkText('FilmPlayer.mappings: mm', mm);
    const mappings: FilmMapping[] = [];
    for (const [key, value] of this.#maps.mapping) {
      const [owner, start = '0'] = key.split(' ');
      const [end = '0', flags = ''] = value.split(' ');
      if (owner === mm) mappings.push(withJson({ start: word(start), end: word(end), flags }));
    }
    return mappings.sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  #patches(call: number): readonly Patch[] {
    return this.film.calls[call]?.patches ?? [];
  }

  #set(map: FilmMap, key: string, value: string | null): void {
    if (value === null) this.#maps[map].delete(key);
    else this.#maps[map].set(key, value);
    if (map === 'word') this.#setWord(Number.parseInt(key, 16), value);
    if (map === 'fill') this.#setFill(Number.parseInt(key, 16), value);
  }

  #setWord(address: number, value: string | null): void {
    const granule = granuleOf(address);
    const index = (address - granule) / 8;
    let stored = this.#granules.get(granule);
    if (!stored) {
      stored = new Map();
      this.#granules.set(granule, stored);
    }
    if (value === null) stored.delete(index);
    else stored.set(index, word(value));
  }

  #setFill(start: number, value: string | null): void {
    const [count, filled] = value?.split(' ') ?? [];
    if (filled === '?') for (let i = 0; i < Number(count); i += GRANULE_WORDS) this.#missing.add(start + 8 * i);
    else if (filled === undefined) this.#fills.delete(start);
    else this.#fills.set(start, word(filled));
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/** The maps of a film while it is made: what is stored to them becomes the patches of the call. */
import { type FilmMap, filmMaps, type Patch } from './film.js';

export class PatchBook {
  readonly #maps = new Map<FilmMap, Map<string, string>>(filmMaps.map((name) => [name, new Map()]));
  /** What keys held when the call began, of those that were set since. */
  readonly #before = new Map<FilmMap, Map<string, string | null>>(filmMaps.map((name) => [name, new Map()]));

  get(map: FilmMap, key: string): string | undefined {
    return this.#maps.get(map)?.get(key);
  }

  keys(map: FilmMap): string[] {
    return [...(this.#maps.get(map)?.keys() ?? [])];
  }

  set(map: FilmMap, key: string, value: string | null): void {
    const values = this.#maps.get(map);
    const before = this.#before.get(map);
    if (before && !before.has(key)) before.set(key, values?.get(key) ?? null);
    if (value === null) values?.delete(key);
    else values?.set(key, value);
  }

  /** What changed since the last time; what was set to the value that it had is not among it. */
  take(): Patch[] {
    const patches: Patch[] = [];
    for (const [map, changed] of this.#before) {
      for (const [key, before] of changed) {
        const after = this.get(map, key) ?? null;
        if (after !== before) patches.push([map, key, before, after]);
      }
      changed.clear();
    }
    return patches;
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/** What a build of the addon left: `scripts/objects.mjs`, which has no types. */
const script = new URL('../scripts/objects.mjs', import.meta.url).href;

interface Objects {
  /** Lists of C sources. */
  readonly CORE: string;
  readonly FUZZER: string;
  readonly ADDON: string;
  objectOf(source: string): string;
  objectsOf(...lists: readonly string[]): string[];
}

export const { CORE, FUZZER, ADDON, objectOf, objectsOf } = (await import(script)) as Objects;

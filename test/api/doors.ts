// SPDX-License-Identifier: GPL-2.0-only
/** Every door of the package, and what is needed to go through it: scripts/api/, with types. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Door {
  readonly name: string;
  readonly entry: string;
  readonly kind: 'function' | 'constructor' | 'static' | 'method' | 'property';
  readonly of?: string;
  readonly arity: number;
  call(on: unknown, args: readonly unknown[]): unknown;
}
export interface World {
  on(of: string): unknown;
  isAlive(): boolean;
  close(): void;
}
type Usual = (world: World) => unknown[];
type Modules = Readonly<Record<'gmap' | 'inspect' | 'fuzz' | 'kernel', Record<string, unknown>>>;

const load = (name: string): Promise<unknown> => import(new URL(`../../scripts/api/${name}.mjs`, import.meta.url).href);
const { loadEntries, doorsOf } = (await load('exports')) as {
  loadEntries(): Promise<Map<string, Record<string, unknown>>>;
  doorsOf(entries: Map<string, Record<string, unknown>>): Door[];
};
export const { kinds } = (await load('values')) as { kinds: Readonly<Record<string, () => unknown>> };
const { makeData, makeWorld: makeWorldOf } = (await load('world')) as {
  makeData(modules: Modules): object;
  makeWorld(modules: Modules, data: object, kernel?: string): World;
};
export const { usual, usualOfRaw, onlyWrong, endless } = (await load('usual')) as {
  usual: Readonly<Record<string, Usual>>;
  usualOfRaw(name: string, operations: unknown): Usual | undefined;
  onlyWrong: Readonly<Record<string, string>>;
  endless: Readonly<Record<string, { kinds: readonly string[]; why: string }>>;
};
export const { outcomeOf, problemOf } = (await load('judge')) as {
  outcomeOf(call: () => unknown): Promise<{ error: unknown } | undefined>;
  problemOf(error: unknown): string | undefined;
};

const abi = new URL('../../dist/generated/abi.js', import.meta.url).href;
const { operations } = (await import(abi)) as { operations: unknown };
export const entries = await loadEntries();
const module = (entry: string) => entries.get(entry) ?? {};
const modules: Modules = {
  gmap: module('.'),
  inspect: module('./inspect'),
  fuzz: module('./fuzz'),
  kernel: module('./kernel'),
};

export const data = makeData(modules);

export const doors = doorsOf(entries);

export const makeWorld = (kernel?: string): World => makeWorldOf(modules, data, kernel);

/** Arguments that are right, as far as a row says some. */
export function usualOf(door: Door): Usual | undefined {
  return usual[door.name] ?? (door.entry === './raw' ? usualOfRaw(door.name.slice(4), operations) : undefined);
}

/** What methods are called on that a world has not got. */
export function instanceOf(door: Door, world: World): unknown {
  if (door.of === undefined) return undefined;
  const known = world.on(door.of);
  if (known !== undefined) return known;
  const type = module(door.entry)[door.of] as new (...args: unknown[]) => unknown;
  return new type(...(usual[`new ${door.of}`]?.(world) ?? []));
}

/** What makes folders makes them in one of the test file's own, and nothing that is installed is touched. */
export function workInFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-values-'));
  const home = process.cwd();
  const { S390_GMAP_CACHE: cache } = process.env;
  process.chdir(folder);
  process.env.S390_GMAP_CACHE = join(folder, 'cache');
  afterAll(() => {
    // the process runs other files too
    process.chdir(home);
    if (cache === undefined) delete process.env.S390_GMAP_CACHE;
    else process.env.S390_GMAP_CACHE = cache;
    rmSync(folder, { recursive: true });
  });
}

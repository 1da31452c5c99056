// SPDX-License-Identifier: GPL-2.0-only
/**
 * Every export of every entry of package.json, methods and properties of its classes too, with every kind of value in place of
 * every argument, and of every option: a result, or a typed error whose short message names the argument. A new export is here by
 * itself; a row in scripts/api/usual.mjs, with arguments that are right, lets each of them be wrong alone.
 */
import { describe, expect, it } from 'vitest';
import {
  type Door,
  data,
  doors,
  endless,
  entries,
  instanceOf,
  kinds,
  makeWorld,
  onlyWrong,
  outcomeOf,
  problemOf,
  usual,
  usualOf,
  type World,
  workInFolder,
} from './doors.js';

workInFolder();

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && value.constructor === Object;

/** Each list of arguments with the value in one place: an argument, or a property of one. Without right ones: in all places. */
function* placements(door: Door, world: World, value: () => unknown): Generator<[string, unknown[]]> {
  const right = usualOf(door)?.(world);
  if (!right) {
    const places = Math.max(door.arity, door.kind === 'property' ? door.arity : 2);
    for (let i = 0; i < places; i++)
      yield [`argument ${i + 1}`, Array.from({ length: i + 1 }, (_, j) => (j === i ? value() : undefined))];
    if (places > 1) yield ['all arguments', Array.from({ length: places }, value)];
    return;
  }
  for (const [i, argument] of right.entries()) {
    yield [`argument ${i + 1}`, right.map((other, j) => (j === i ? value() : other))];
    if (!isPlain(argument)) continue;
    for (const key of Object.keys(argument)) {
      const changed = { ...argument, [key]: value() };
      yield [`argument ${i + 1}.${key}`, right.map((other, j) => (j === i ? changed : other))];
    }
  }
}

async function problemsOf(door: Door): Promise<string[]> {
  const problems: string[] = [];
  let world = makeWorld();
  for (const [kind, value] of Object.entries(kinds)) {
    if (endless[door.name]?.kinds.includes(kind)) continue;
    for (const [place, args] of placements(door, world, value)) {
      if (!world.isAlive()) {
        world.close();
        world = makeWorld();
      }
      const on = instanceOf(door, world);
      const outcome = await outcomeOf(() => door.call(on, args));
      const problem = outcome && problemOf(outcome.error);
      if (problem !== undefined) problems.push(`${door.name} with ${kind} as ${place}: ${problem}`);
    }
  }
  world.close();
  return problems;
}

/** One has types only. */
const withDoors = [...entries.keys()].filter((entry) => doors.some((door) => door.entry === entry));

describe.each(withDoors)('what %s exports', (entry) => {
  it.each(doors.filter((door) => door.entry === entry).map((door) => [door.name, door] as const))(
    '%s takes every kind of value',
    async (_, door) => {
      expect(await problemsOf(door)).toEqual([]);
    },
  );
});

/** One that has the function. */
function kernelFor({ name }: Door): string | undefined {
  return /[cC]reate|[pP]ut|[gG]et$|mprotect|Uc|cond|Reference|remove/.test(name) ? 'linux-6.1' : undefined;
}

/** An object with the same properties, each of which counts how often it is read, and is right the first time only. */
function counted(right: Record<string, unknown>): { object: Record<string, unknown>; reads: Map<string, number> } {
  const reads = new Map<string, number>();
  const object = {};
  for (const [key, value] of Object.entries(right)) {
    reads.set(key, 0);
    Object.defineProperty(object, key, {
      enumerable: true,
      get() {
        const before = reads.get(key) ?? 0;
        reads.set(key, before + 1);
        return before === 0 ? value : Symbol('read again');
      },
    });
  }
  return { object, reads };
}

/** Not options, but what our functions have made, or say that they take as a whole. */
const WHOLE = ['unwrap', 'new KernelError', 'describeFields'];
const wholes = new Set<unknown>([
  ...Object.values(data),
  ...Object.values(data).flatMap((item) => (Array.isArray(item) ? item : [])),
]);

describe('options', () => {
  const withOptions = doors.flatMap((door) => {
    const world = makeWorld();
    const right = usualOf(door)?.(world) ?? [];
    world.close();
    return right.flatMap((argument, i) =>
      isPlain(argument) && !wholes.has(argument) && !WHOLE.includes(door.name)
        ? [[door.name, i + 1, door] as const]
        : [],
    );
  });

  it('are in the right places', () => {
    expect(withOptions.length).toBeGreaterThan(30);
  });

  it.each(withOptions)('of %s (argument %i) are read once each', async (_, place, door) => {
    const world = makeWorld(kernelFor(door));
    const right = usualOf(door)?.(world) ?? [];
    const { object, reads } = counted(right[place - 1] as Record<string, unknown>);
    const args = right.map((other, i) => (i === place - 1 ? object : other));
    const outcome = await outcomeOf(() => door.call(instanceOf(door, world), args));
    expect(outcome?.error instanceof TypeError, String(outcome?.error)).toBe(false);
    expect([...reads].filter(([, times]) => times > 1)).toEqual([]);
    world.close();
  });
});

describe('the tables of this test', () => {
  it.each(doors.filter((door) => usualOf(door) !== undefined).map((door) => [door.name, door] as const))(
    'the right arguments of %s are right',
    async (_, door) => {
      const world = makeWorld(kernelFor(door));
      const outcome = await outcomeOf(() => door.call(instanceOf(door, world), usualOf(door)?.(world) ?? []));
      world.close();
      expect(outcome?.error instanceof TypeError || outcome?.error instanceof RangeError, String(outcome?.error)).toBe(
        false,
      );
    },
  );

  it('name no door that is not there', () => {
    const names = doors.map(({ name }) => name);
    for (const name of [...Object.keys(usual), ...Object.keys(onlyWrong), ...Object.keys(endless)])
      expect(names).toContain(name);
  });
});

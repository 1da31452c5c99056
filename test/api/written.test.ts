// SPDX-License-Identifier: GPL-2.0-only
/**
 * What comes out of every door can be written as JSON, with 64-bit values as hex strings. A new export is here by itself, with the arguments
 * of scripts/api/usual.mjs; of what needs a real kernel or a dump, test/json.test.ts looks at what it answers.
 */
import { describe, expect, it } from 'vitest';
import { expectWritable } from '../writable.js';
import { type Door, doors, instanceOf, makeWorld, onlyWrong, usualOf, workInFolder } from './doors.js';

workInFolder();

/** Where nothing has to be given, nothing is. */
const argumentsOf = (door: Door) => usualOf(door) ?? (door.arity === 0 ? () => [] : undefined);

/** These make arbitraries, which are fast-check's own objects. */
const ARBITRARIES = ['commands', 'gaddr', 'length', 'program', 'segment', 'vmaddr'];

const answering = doors.filter(
  (door) =>
    argumentsOf(door) && onlyWrong[door.name] === undefined && door.of !== 'Dump' && !ARBITRARIES.includes(door.name),
);

/** One that has the function. */
const kernelFor = ({ name }: Door) => (/[cC]reate|mprotect/.test(name) ? 'linux-6.1' : 'linux-4.7');

async function answerOf(door: Door): Promise<unknown> {
  const world = makeWorld(kernelFor(door));
  try {
    return await door.call(instanceOf(door, world), argumentsOf(door)?.(world) ?? []);
  } catch (error) {
    // Errors are looked at too: they may say with what they were made.
    return error;
  } finally {
    world.close();
  }
}

describe('what can be written as JSON', () => {
  it.each(answering.map((door) => [door.name, door] as const))('%s', async (_, door) => {
    expectWritable(await answerOf(door), door.name);
  });

  it('is most of what is exported', () => {
    expect(answering.length).toBeGreaterThan(0.75 * doors.length);
  });
});

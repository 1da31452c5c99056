// SPDX-License-Identifier: GPL-2.0-only
/**
 * Random programs for comparing with a real kernel: calls that one survives, on little memory, so that they meet. They
 * are written for kernels after 4.7; `portTrace` makes 4.7's of them.
 */
import { checkNumber } from '../../arguments.js';
import { makeComment, traceOf } from '../../trace/make.js';
import type { Trace, TraceCall } from '../../trace/types.js';
import { call, firstMappings, makeCalls } from './calls.js';
import { flavourOf } from './flavours.js';
import { HOST, SEGMENTS, World, watchedPages } from './world.js';

/** Calls that set the scene before the random ones. */
const FIRST_GUESTS = 2;

const MOST_CALLS = 10_000_000;

/**
 * A program of `length` random calls (up to ten million), besides those that set the scene. The same seed (a whole number below
 * 2^32) and length give the same program, everywhere and always.
 */
export function randomProgram(seed: number, length: number): Trace {
  checkNumber('randomProgram: seed', seed, 0, 0xffff_ffff);
  checkNumber('randomProgram: length', length, 0, MOST_CALLS);
  const world = new World(seed);
  const flavour = flavourOf(seed, world.random);
  const calls = [...scene(world, flavour.weights.has('s390_enable_skey') && !world.random.oneIn(4))];
  const end = calls.length + length;
  while (calls.length < end) {
    const name = world.random.weighted(flavour.weights);
    if (name) for (const made of makeCalls(name, world)) calls.push(made);
  }
  const header = ['kernel: linux-6.1', `random: seed=${seed} length=${length} flavour=${flavour.name}`];
  return traceOf([...header.map((text) => makeComment(`# ${text}`)), ...calls], `seed-${seed}`);
}

function* scene(world: World, usesKeys: boolean): Generator<TraceCall> {
  // Sometimes a process begins to run guests when it has pages already.
  const late = world.random.oneIn(4);
  if (!late) yield call('s390_enable_sie', [0n]);
  yield call('observe', [1n]);
  yield call('watch', [0n, ...watchedPages()]);
  yield* firstMappings(HOST, SEGMENTS);
  if (late) {
    for (let i = 0; i < 4; i++) yield* makeCalls(world.random.oneIn(2) ? 'store' : 'load', world);
    yield call('s390_enable_sie', [0n]);
  }
  world.usesKeys = usesKeys;
  if (usesKeys) yield call('s390_enable_skey', [0n]);
  for (let i = 0; i < FIRST_GUESTS; i++) yield* makeCalls('gmap_create', world);
}

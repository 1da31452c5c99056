// SPDX-License-Identifier: GPL-2.0-only
// What a call costs through the classes, in units of the least that a native call costs.
import { createRequire } from 'node:module';
import { measure } from 'mitata';
import { Machine } from '../dist/index.js';

const ROUNDS = 15;
const bare = createRequire(import.meta.url)('./build/Release/bare.node');
const HOST = 0x10000000000n;
const SEGMENT = 0x100000n;

const options = { min_cpu_time: 20e6, min_samples: 5, warmup_samples: 2, inner_gc: false };

async function nanoseconds(run) {
  const stats = await measure(run, options);
  return stats.p50;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Measures `run` between two measurements of `base`, round by round. */
async function compare(name, run, unit, base, limit) {
  const ns = [];
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await nanoseconds(base);
    const own = await nanoseconds(run);
    const after = await nanoseconds(base);
    ns.push(own);
    ratios.push(own / ((before + after) / 2));
  }
  return { name, ns: median(ns), ratio: median(ratios), unit, limit };
}

export async function measureClasses() {
  const machine = new Machine({ checkLocks: false, debugVm: false });
  try {
    return await measureOn(machine);
  } finally {
    machine.close();
  }
}

async function measureOn({ mm }) {
  mm.enableSie();
  const allocated = mm.allocGmap(0x7fffffffn);
  if (!allocated.ok) throw new Error('no gmap');
  const gmap = allocated.value;
  gmap.mapSegment({ from: HOST, to: 0n, length: 1024n * SEGMENT });
  const segment = { from: HOST, to: 0x70000000n, length: SEGMENT };
  const range = { to: 0x70000000n, length: SEGMENT };
  let result;
  let i = 0n;
  const rows = [
    await compare(
      'gmap.translate(gaddr)',
      () => {
        i = (i + SEGMENT) & 0x3fffffffn;
        result = gmap.translate(i);
      },
      'bare (bigint) → bigint',
      () => {
        i = (i + SEGMENT) & 0x3fffffffn;
        result = bare.bigintToBigint(i);
      },
      1.5,
    ),
    await compare(
      'gmap.mapSegment + unmapSegment',
      () => {
        result = gmap.mapSegment(segment);
        result = gmap.unmapSegment(range);
      },
      'three bare (bigint) → bigint',
      () => {
        result = bare.bigintToBigint(segment.from);
        result = bare.bigintToBigint(segment.to);
        result = bare.bigintToBigint(segment.length);
      },
      3,
    ),
  ];
  if (result === undefined) throw new Error('nothing was measured');
  return rows;
}

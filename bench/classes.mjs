// SPDX-License-Identifier: GPL-2.0-only
// What a call costs through the classes, in units of the least that a native call costs.
import { createRequire } from 'node:module';
import { Machine } from '../dist/index.js';
import { gmap_map_segment, gmap_translate, gmap_unmap_segment } from '../dist/raw.js';
import { buildBareAddon } from './build.mjs';
import { compareInterleaved } from './interleaved.mjs';

const bare = createRequire(import.meta.url)(buildBareAddon());
const HOST = 0x10000000000n;
const SEGMENT = 0x100000n;

export function measureClasses() {
  const machine = new Machine({ checkLocks: false, debugVm: false });
  try {
    return measureOn(machine);
  } finally {
    machine.close();
  }
}

function measureOn({ mm }) {
  mm.enableSie();
  const allocated = mm.allocGmap(0x7fffffffn);
  if (!allocated.ok) throw new Error('no gmap');
  const gmap = allocated.value;
  gmap.mapSegment({ from: HOST, to: 0n, length: 1024n * SEGMENT });
  const segment = { from: HOST, to: 0x70000000n, length: SEGMENT };
  const range = { to: 0x70000000n, length: SEGMENT };
  let result;
  let i = 0n;
  const translate = compareInterleaved(
    () => {
      i = (i + SEGMENT) & 0x3fffffffn;
      result = gmap.translate(i);
    },
    () => {
      i = (i + SEGMENT) & 0x3fffffffn;
      result = bare.bigintToBigint(i);
    },
  );
  const map = compareInterleaved(
    () => {
      result = gmap.mapSegment(segment);
      result = gmap.unmapSegment(range);
    },
    () => {
      result = bare.bigintToBigint(segment.from);
      result = bare.bigintToBigint(segment.to);
      result = bare.bigintToBigint(segment.length);
    },
  );
  const rawTranslate = compareInterleaved(
    () => {
      i = (i + SEGMENT) & 0x3fffffffn;
      result = gmap_translate(gmap, i);
    },
    () => {
      i = (i + SEGMENT) & 0x3fffffffn;
      result = gmap.translate(i);
    },
  );
  const rawMap = compareInterleaved(
    () => {
      result = gmap_map_segment(gmap, segment.from, segment.to, segment.length);
      result = gmap_unmap_segment(gmap, range.to, range.length);
    },
    () => {
      result = gmap.mapSegment(segment);
      result = gmap.unmapSegment(range);
    },
  );
  if (result === undefined) throw new Error('nothing was measured');
  return [
    { name: 'gmap.translate(gaddr)', unit: 'bare (bigint) → bigint', limit: 1.5, ...translate },
    { name: 'gmap.mapSegment + unmapSegment', unit: 'three bare (bigint) → bigint', limit: 3, ...map },
    { name: 'raw: gmap_translate', unit: 'gmap.translate(gaddr)', limit: 1.1, ...rawTranslate },
    { name: 'raw: gmap_map_segment + unmap', unit: 'gmap.mapSegment + unmapSegment', limit: 1.1, ...rawMap },
  ];
}

if (process.argv[1] === new URL(import.meta.url).pathname) console.table(measureClasses());

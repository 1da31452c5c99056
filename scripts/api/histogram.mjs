// SPDX-License-Identifier: GPL-2.0-only
// How often each door was gone through.

/** Several counts by door as one. */
export function sumOf(all) {
  const sums = {};
  for (const counts of all) {
    for (const [name, { calls, native, full }] of Object.entries(counts)) {
      sums[name] ??= { calls: 0, native: 0, full: 0 };
      sums[name].calls += calls;
      sums[name].native += native;
      sums[name].full += full;
    }
  }
  return sums;
}

const total = (sums, of) => Object.values(sums).reduce((sum, count) => sum + count[of], 0);

/** In one line. */
export function summaryOf(sums) {
  const calls = total(sums, 'calls');
  const percent = (of) => `${Math.round((100 * total(sums, of)) / (calls || 1))} %`;
  const [least, count] = leastOf(sums);
  return `${calls.toLocaleString('en')} calls through ${Object.keys(sums).length} doors, ${percent('native')} reached native code, ${percent('full')} with a gmap, shared memory, a snapshot and a callback; fewest of those: ${count?.full ?? 0} through ${least}`;
}

function leastOf(sums) {
  return Object.entries(sums).sort(([, a], [, b]) => a.full - b.full)[0] ?? ['none'];
}

/** What is too few: less than half of the calls in native code, or fewer than `least` through a door. */
export function tooFew(sums, least) {
  const calls = total(sums, 'calls');
  const native = total(sums, 'native');
  const few = Object.entries(sums).filter(([, { full }]) => full < least);
  return [
    ...(native * 2 < calls ? [`only ${native} of ${calls} calls reached native code`] : []),
    ...few.map(
      ([name, { full }]) => `only ${full} calls through ${name} with a gmap, shared memory, a snapshot and a callback`,
    ),
  ];
}

/** A line for each door. */
export function histogramOf(sums) {
  const rows = Object.entries(sums).sort(([a], [b]) => a.localeCompare(b));
  const width = Math.max(4, ...rows.map(([name]) => name.length));
  const cells = (name, calls, native, full) =>
    `${name.padEnd(width)}${[calls, native, full].map((cell) => `${cell}`.padStart(12)).join('')}`;
  return [
    cells('door', 'calls', 'native', 'full'),
    ...rows.map(([name, { calls, native, full }]) => cells(name, calls, native, full)),
    'native: native code was reached; full: there were a gmap, shared memory, a snapshot and a callback',
  ].join('\n');
}

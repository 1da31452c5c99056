// SPDX-License-Identifier: GPL-2.0-only

/** The largest of some counts, 0 if there are none. Math.max(...counts) takes about 125,000 and then throws a RangeError. */
export function largest(counts: Iterable<number>): number {
  let most = 0;
  for (const count of counts) if (count > most) most = count;
  return most;
}

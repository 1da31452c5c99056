// SPDX-License-Identifier: GPL-2.0-only
/** How a program is cut into requests to the guest: many calls at once, except where the kernel may die. */

/** Calls from `start` up to `end`, which go in one request. */
export interface Request {
  readonly start: number;
  readonly end: number;
}

/** So few that a kernel that hangs is noticed soon; so many that the round trips do not count. */
const MOST_CALLS = 1000;

/** Requests for `count` calls. Those that `alone` names get requests of their own. */
export function cutIntoRequests(count: number, alone: (call: number) => boolean): Request[] {
  const requests: Request[] = [];
  let start = 0;
  for (let i = 0; i < count; i++) {
    const next = i + 1;
    if (next < count && next - start < MOST_CALLS && !alone(i) && !alone(next)) continue;
    requests.push({ start, end: next });
    start = next;
  }
  return requests;
}

// SPDX-License-Identifier: GPL-2.0-only
/** Which calls of a long program a page shows. */
import type { FilmOptions } from '../../film/shoot.js';
import { callsOf } from '../../trace/program.js';
import { replay } from '../../trace/replay.js';
import type { Trace } from '../../trace/types.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';

/** More are shown only if somebody says so: 5 s to make, 17 MB, a second until the page is there. */
const MOST_CALLS = 50_000;
/** How much of what comes after a difference is shown. */
const CALLS_AFTER = 1000;

export interface ExcerptOptions {
  /** Lines of the file. */
  readonly from?: number;
  readonly to?: number;
  readonly all?: boolean;
}

type Places = Pick<FilmOptions, 'from' | 'to'>;

/** The calls that were asked for. */
export function chosenCalls(trace: Trace, { from = 1, to = Number.POSITIVE_INFINITY, all }: ExcerptOptions): Places {
  const calls = callsOf(trace);
  const first = calls.filter(({ line }) => line < from).length;
  const end = calls.filter(({ line }) => line <= to).length;
  const count = end - first;
  const source = visible(trace.source);
  if (count <= 0 && calls.length > 0) throw new CliError(`${source}: there is no call on these lines`);
  if (count > MOST_CALLS && !all)
    throw new CliError(
      `${source}: a page of ${count} calls takes long to make and to open: choose lines with --from and --to, or say --all`,
    );
  return count < calls.length ? { from: first, to: end } : {};
}

/** All calls; of a long recording those around the first difference. */
export function callsAroundDifference(trace: Trace, options: Pick<FilmOptions, 'kernel' | 'code' | 'strict'>): Places {
  const calls = callsOf(trace);
  if (calls.length <= MOST_CALLS) return {};
  const { kernel, code, strict } = options;
  const { difference } = replay(trace, {
    ...(kernel !== undefined && { kernel }),
    ...(code !== undefined && { code }),
    ...(strict && { strict }),
  });
  const place = calls.findIndex(({ line }) => line === difference?.line);
  const to = Math.min(place + 1 + CALLS_AFTER, calls.length);
  return { from: Math.max(0, to - MOST_CALLS), to };
}

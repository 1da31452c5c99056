// SPDX-License-Identifier: GPL-2.0-only
/** The calls of a finding's program that have to be made to show it. */

import type { ArgForm } from '../../generated/abi.js';
import { LiveObjects } from '../../programs/live-objects.js';
import { operationOf } from '../../trace/operations.js';
import type { CallResult, Trace, TraceCall } from '../../trace/types.js';
import type { Finding } from './finding.js';

export interface Step {
  readonly call: TraceCall;
  /** After this call something did not hold. */
  readonly isFault: boolean;
  /** The gmap or process that the call makes. */
  readonly made: Made | undefined;
  /** What the call must answer; absent if nobody knows. */
  readonly expected: CallResult | undefined;
}

export interface Made {
  readonly kind: 'gmap' | 'mm';
  /** `g0`, `mm1` */
  readonly name: string;
  readonly handle: number;
  /** Whether another call is made on it. */
  readonly isUsed: boolean;
}

export interface Program {
  readonly steps: readonly Step[];
  /** The names of processes, gmaps and notifier blocks that calls are made on: `mm0`, `g0`, `n0`. */
  readonly used: ReadonlySet<string>;
  /** The names of gmaps that live at the end. */
  readonly gmapsLeft: readonly string[];
  /** The machine is dead at the end, as it should be. */
  readonly dies: boolean;
}

/**
 * Without calls that the machine refuses, those that only tell the recorder what to observe, and what comes after the
 * fault or a BUG. The call that shows the fault is not held to what it answered then. With `namesLeft` the gmaps that live
 * at the end are used there.
 */
export function programOf(trace: Trace, finding: Finding, namesLeft = false): Program {
  const objects = new LiveObjects();
  const found: { call: TraceCall; isFault: boolean; handle: number | undefined }[] = [];
  const calls = trace.items.filter((item): item is TraceCall => item.kind === 'call');
  for (const [i, call] of calls.slice(0, finding.operation + 1).entries()) {
    if (call.result?.kind === 'refused' || call.name === 'observe' || call.name === 'watch') continue;
    if (!objects.canExecute(call)) continue;
    found.push({ call, isFault: i === finding.operation, handle: objects.follow(call) });
    if (call.result?.kind === 'bug') break;
  }
  const gmapsLeft = objects.gmaps.map((gmap) => `g${gmap}`);
  const used = new Set([...found.flatMap(({ call }) => namesIn(call)), ...(namesLeft ? gmapsLeft : [])]);
  const steps = found.map(
    ({ call, isFault, handle }): Step => ({
      call,
      isFault,
      made: handle === undefined || isFault ? undefined : madeBy(call, handle, used),
      expected: isFault ? finding.expected : call.result,
    }),
  );
  return { steps, used, gmapsLeft, dies: steps.at(-1)?.expected?.kind === 'bug' };
}

function madeBy(call: TraceCall, handle: number, used: ReadonlySet<string>): Made {
  const kind = operationOf(call).result === 'HANDLE_MM' ? 'mm' : 'gmap';
  const name = `${kind === 'mm' ? 'mm' : 'g'}${handle}`;
  return { kind, name, handle, isUsed: used.has(name) };
}

const PREFIXES: Partial<Record<ArgForm, string>> = { MM: 'mm', GMAP: 'g', NOTIFIER: 'n' };

/** What a handle is called; nothing for other arguments. */
export function nameOf(form: ArgForm, arg: bigint): string | undefined {
  const prefix = PREFIXES[form];
  return prefix === undefined ? undefined : `${prefix}${arg}`;
}

function namesIn(call: TraceCall): string[] {
  const forms = operationOf(call).args.map(({ form }) => form);
  const listed = call.result?.kind === 'list' ? call.result.gmaps.map((gmap) => `g${gmap}`) : [];
  return [...call.args.flatMap((arg, i) => nameOf(forms[i] ?? 'REST', arg) ?? []), ...listed];
}

/** A result as the function returns it: a negative errno, or a number. */
export function signedValue(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

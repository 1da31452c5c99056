// SPDX-License-Identifier: GPL-2.0-only
/** Runs a finding's program once more, and keeps what the call did that somebody objects to. */
import { type CallPath, startTracingPaths, tracedPathsOf } from '../../machine/call-paths.js';
import { contextOfMachine, Machine } from '../../machine/machine.js';
import { machineFor } from '../../trace/header.js';
import { makeCall } from '../../trace/make.js';
import { readObservations } from '../../trace/observations.js';
import { callsOf, encodeCalls } from '../../trace/program.js';
import type { Trace, TraceCall } from '../../trace/types.js';
import { type ChangedEntry, changedEntries, tablesOf } from './changed-entries.js';

export interface JudgedCall {
  /** With what was observed of them: one call, or those by which everything ends after the program. */
  readonly calls: readonly TraceCall[];
  readonly entries: readonly ChangedEntry[];
  /** How the tree's code came to the BUG, if it came to one. */
  readonly bug: CallPath;
  /** The lowest absolute address. */
  readonly storageStart: bigint;
}

/** `operation`: the place of the call; behind the last one: everything is freed. */
export function runJudgedCall(trace: Trace, code: string, operation: number): JudgedCall {
  using machine = new Machine(machineFor(trace, { code }));
  const context = contextOfMachine(machine);
  const program = callsOf(trace);
  startTracingPaths(context);
  machine.execute(encodeCalls([...program.slice(0, operation), makeCall('observe', [1n])]));
  const before = machine.bug ? new Map() : tablesOf(machine);
  const stored = tracedPathsOf(context).stores.length;
  const judged = program.slice(operation, operation + 1);
  const calls = execute(machine, judged.length > 0 ? judged : lastCalls(machine));
  const { stores, bug } = tracedPathsOf(context);
  return {
    calls,
    entries: changedEntries(machine, before, stores.slice(stored)),
    bug,
    storageStart: machine.storageStart,
  };
}

/** Those that were made before the machine died, with what they answered. */
function execute(machine: Machine, calls: readonly TraceCall[]): TraceCall[] {
  const observations = machine.bug ? [] : readObservations(machine.execute(encodeCalls(calls)));
  return calls.slice(0, observations.length).map((call, i) => ({ ...call, ...observations[i] }) as TraceCall);
}

/** Processes exit, and then their gmaps are removed. */
function lastCalls({ processes, gmaps, kernel }: Machine): TraceCall[] {
  const remove = kernel === 'linux-4.7' ? 'gmap_free' : 'gmap_remove';
  return [
    ...processes.map(({ number }) => makeCall('exit', [BigInt(number)])),
    ...gmaps.map(({ number }) => makeCall(remove, [BigInt(number)])),
  ];
}

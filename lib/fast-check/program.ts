// SPDX-License-Identifier: GPL-2.0-only
/** Programs: traces without results. */
import fc from 'fast-check';
import { number, optional, takeOptions } from '../arguments.js';
import type { Kernel, OperationName } from '../generated/abi.js';
import { LiveObjects } from '../programs/live-objects.js';
import { call } from '../programs/random/calls.js';
import { flavours } from '../programs/random/flavours.js';
import { HOST, SEGMENT } from '../programs/random/world.js';
import { DEFAULT_KERNEL, type KernelName, requireKernel, takeKernel } from '../trace/kernel.js';
import { makeComment, traceOf } from '../trace/make.js';
import { functionsOf, hasOperation, operationTable } from '../trace/operations.js';
import { portTrace } from '../trace/port.js';
import type { Trace, TraceCall } from '../trace/types.js';
import { argumentsOf, limit } from './arguments.js';

/** Which programs. */
export interface ProgramOptions {
  /** Calls of a program at most, 1 to 10,000. Default 30. */
  readonly maxCalls?: number;
  /** Whose calls they are. Default `linux-4.7`. */
  readonly kernel?: KernelName;
}

/**
 * Programs for `runTrace`, `encodeProgram` and `printTrace`: a process that gets some memory, a guest and a notifier, and then random
 * calls, on few pages, so that they meet. Calls that no kernel survives are rare. Programs shrink to fewer calls, those to
 * rounder arguments.
 *
 * ```ts
 * fc.assert(
 *   fc.property(program({ maxCalls: 20 }), (trace) => {
 *     using machine = new Machine();
 *     machine.execute(encodeProgram(trace));
 *     expect(machine.bug).toBeUndefined();
 *     unwrap(machine.check());
 *   }),
 * );
 * ```
 */
export function program(options: ProgramOptions = {}): fc.Arbitrary<Trace> {
  const { maxCalls = 30, kernel: name = DEFAULT_KERNEL } = takeOptions<ProgramOptions>('program: options', options, {
    maxCalls: optional(number(1, 10_000)),
    kernel: optional(takeKernel),
  });
  const kernel = requireKernel(name);
  return fc
    .tuple(scene, fc.array(randomCall(kernel), { maxLength: maxCalls, size: 'max' }))
    .map(([first, calls]) => programOf([...first, ...calls], maxCalls, kernel));
}

/** What programs begin with; the parts of it that a property does not need are left out when they shrink. */
const scene: fc.Arbitrary<TraceCall[]> = fc
  .tuple(
    usually(fc.constant(call('s390_enable_sie', [0n]))),
    usually(fc.constant(call('mmap', [0n, HOST, 4n * SEGMENT, 3n, 0n]))),
    usually(limit.map((highest) => call('gmap_create', [0n, highest]))),
    usually(fc.constant(call('gmap_map_segment', [0n, HOST, 0n, 4n * SEGMENT]))),
    usually(fc.constant(call('gmap_register_pte_notifier', [0n]))),
  )
  .map((calls) => calls.filter((item) => item !== undefined));

function usually(arbitrary: fc.Arbitrary<TraceCall>): fc.Arbitrary<TraceCall | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 20 });
}

/** Reference counts: a gmap's last reference must not go before its process lets go of it. */
const COUNTED: readonly OperationName[] = ['gmap_get', 'gmap_put'];
const PROT_WRITE = 2n;
/** Those of the random programs for real kernels, as often as there. They are calls of later kernels. */
function randomCall(kernel: Kernel): fc.Arbitrary<TraceCall> {
  const weights = flavours.find(({ name }) => name === 'mix')?.weights ?? flavours[0].weights;
  const functions = functionsOf(kernel);
  const choices = operationTable.flatMap((operation) => {
    const weight = weights.get(operation.name);
    const isThere = operation.renamed !== undefined || hasOperation(functions, operation);
    if (weight === undefined || !isThere || COUNTED.includes(operation.name)) return [];
    return [{ weight, arbitrary: argumentsOf(operation).map((args) => call(operation.name, args)) }];
  });
  // biome-ignore lint/plugin: at most one for each operation
  return fc.oneof(...choices);
}

function programOf(calls: readonly TraceCall[], maxCalls: number, kernel: Kernel): Trace {
  const found = existing(calls).slice(0, maxCalls);
  const portable = functionsOf(kernel) === '4_7' ? found.map(forWriting) : found;
  const trace = { source: '<trace>', header: new Map([['kernel', 'linux-6.1']]), items: portable };
  return traceOf([makeComment(`# kernel: ${kernel}`), ...portTrace(trace, kernel).items], trace.source);
}

/** The protection that 4.7's gmap_ipte_notify gives. */
function forWriting(found: TraceCall): TraceCall {
  return found.name === 'gmap_mprotect_notify' ? { ...found, args: [...found.args.slice(0, -1), PROT_WRITE] } : found;
}

/** The calls with objects that are there when they are made; without those that find none. */
function existing(calls: readonly TraceCall[]): TraceCall[] {
  const objects = new LiveObjects();
  const registered = new Set<bigint>();
  return calls.flatMap((found) => {
    const made = onLiveGmap(found, objects);
    if (!made || !objects.canExecute(made) || isRepeated(made, registered)) return [];
    const handle = objects.follow(made);
    return handle === undefined ? made : { ...made, result: { kind: 'handle', handle } };
  });
}

/** A gmap's number counts those that live. */
function onLiveGmap(found: TraceCall, objects: LiveObjects): TraceCall | undefined {
  const [first = 0n, ...rest] = found.args;
  if (operationTable.find(({ name }) => name === found.name)?.args[0]?.form !== 'GMAP') return found;
  const { gmaps } = objects;
  const gmap = gmaps[Number(first) % gmaps.length];
  return gmap === undefined ? undefined : { ...found, args: [BigInt(gmap), ...rest] };
}

/** Whether a notifier block is registered twice, or unregistered without need: kernels do not survive that. */
function isRepeated({ name, args: [block = 0n] }: TraceCall, registered: Set<bigint>): boolean {
  if (name === 'gmap_unregister_pte_notifier') return !registered.delete(block);
  if (name !== 'gmap_register_pte_notifier') return false;
  const isKnown = registered.has(block);
  registered.add(block);
  return isKnown;
}

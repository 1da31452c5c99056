// SPDX-License-Identifier: GPL-2.0-only
/**
 * Inputs of the fuzzer: one little-endian word that says on which machine (byte 0: the kernel, byte 1: the machine), then
 * a program in the format of `machine.execute()`. Any bytes are an input. native/fuzz/engine/flavour.h has the same.
 */

import { checkText, copyBytes, takeList } from '../arguments.js';
import { type Kernel, kernels } from '../generated/abi.js';
import { largest } from '../largest.js';
import { native } from '../native/binding.js';
import { show } from '../show.js';
import { decodeProgram } from '../trace/decode-program.js';
import { machineOptions } from '../trace/header.js';
import { makeComment, traceOf } from '../trace/make.js';
import { callsOf, encodeCalls } from '../trace/program.js';
import { checkSource, checkTrace } from '../trace/shapes.js';
import type { Trace, TraceItems } from '../trace/types.js';

/** What comes before the program. */
export const HEAD_BYTES = 8;

let known: readonly string[] | undefined;

/** The machines that inputs can ask for, as the header of a trace has them. */
function machines(): readonly string[] {
  known ??= native.fuzzMachines();
  return known;
}

/** The kernel that an input asks for. */
export function kernelOfInput(input: Uint8Array): Kernel {
  return kernelOf(copyBytes('kernelOfInput: input', input));
}

function kernelOf(input: Uint8Array): Kernel {
  return at(kernels, input[0]);
}

/** Whether an input asks for the machine that has everything. */
export function isUsualMachine(input: Uint8Array): boolean {
  return (input[1] ?? 0) % machines().length === 0;
}

/**
 * The program of an input, with the machine that it asks for in the header. `comments` are lines that begin with `#`,
 * and stand after the header.
 */
export function inputToTrace(input: Uint8Array, source: string, comments: readonly string[] = []): Trace {
  const bytes = copyBytes('inputToTrace: input', input);
  checkSource('inputToTrace: source', source);
  const lines = takeList('inputToTrace: comments', comments, checkComment);
  const header = [...headerOf(bytes), ...lines];
  return traceOf([...header.map(makeComment), ...decodeProgram(bytes.subarray(HEAD_BYTES))], source);
}

/** The header of that trace, as lines. The first {@link HEAD_BYTES} of the input say it. */
export function headerOf(head: Uint8Array): string[] {
  return [`# kernel: ${kernelOf(head)}`, `# machine: ${at(machines(), head[1])}`];
}

/** A line of a trace that is no call. */
function checkComment(name: string, value: unknown): string {
  const text = checkText(name, value);
  if (!text.startsWith('#') || text.includes('\n'))
    throw new RangeError(`${name} must be a line that begins with #, not ${show(text)}`);
  return text;
}

/**
 * The input that runs a trace, on the machine most like the one that the trace asks for.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {RangeError} as `encodeProgram` does.
 */
export function traceToInput(trace: Trace): Uint8Array {
  checkTrace('traceToInput: trace', trace);
  const program = encodeCalls(callsOf(trace));
  const input = new Uint8Array(HEAD_BYTES + program.length);
  input.set(headOf(trace));
  input.set(program, HEAD_BYTES);
  return input;
}

/** The first {@link HEAD_BYTES} of that input. Throws {@link UnknownKernelError}. */
export function headOf(trace: Pick<TraceItems, 'header'>): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = kernels.indexOf(machineOptions(trace, undefined).kernel);
  head[1] = machineLike(trace);
  return head;
}

function machineLike(trace: Pick<TraceItems, 'header'>): number {
  const wanted = settings(trace);
  const likeness = machines().map((text) => {
    const header = new Map([['machine', text]]);
    const has = settings({ header });
    return wanted.filter((setting, i) => setting === has[i]).length;
  });
  return likeness.indexOf(largest(likeness));
}

/** What tells the machines of inputs apart. */
function settings(trace: Pick<TraceItems, 'header'>): unknown[] {
  const { facilities = {}, debugVm, cpus = 1, storageLimit } = machineOptions(trace, undefined);
  return [
    facilities.esop ?? true,
    facilities.idte ?? true,
    facilities.tlbLc ?? true,
    facilities.nx ?? true,
    debugVm,
    cpus > 1,
    storageLimit === 2 ** 21,
  ];
}

function at<Item>(items: readonly Item[], place = 0): Item {
  const item = items[place % items.length];
  if (item === undefined) throw new Error('the addon has no machines for inputs');
  return item;
}

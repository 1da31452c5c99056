// SPDX-License-Identifier: GPL-2.0-only
// What may be thrown: what the caller's own objects throw, and our typed errors with a short message that names the argument.
import { mine } from './values.mjs';

const MOST_CHARACTERS = 500;

/** `mmap: options …`, `Machine: kernel …`, `printTrace: trace.items[0].line …`; of a property its name. */
const NAMES_ARGUMENT = /^(new )?[\w.]+: \S|^(currentCpu|sysctlAllocatePgste) must be /;

/** Classes of ours: their names, which are what `name` says. */
const OURS = [
  'AddonError',
  'CampaignError',
  'DumpError',
  'FileError',
  'FilmError',
  'GmapError',
  'KernelError',
  'LiveKernelError',
  'ObservationError',
  'OwnCodeError',
  'TraceSyntaxError',
  'UnknownKernelError',
];

/** What is wrong with something that was thrown; undefined: nothing. */
export function problemOf(error) {
  if (error === mine || isOfCaller(error)) return undefined;
  if (!(error instanceof Error)) return `no error was thrown, but ${typeof error}`;
  if (error.message.length >= MOST_CHARACTERS)
    return `a message of ${error.message.length} characters: ${error.message.slice(0, 80)}`;
  if (error instanceof AggregateError) return error.errors.map(problemOf).find(Boolean);
  if (OURS.includes(error.name)) return undefined;
  if (/^the explorer is not built here/.test(error.message)) return undefined;
  const isTyped = error.name === 'TypeError' || error.name === 'RangeError';
  return isTyped && NAMES_ARGUMENT.test(error.message) ? undefined : `${error.name}: ${error.message}`;
}

/** The engine throws when some objects are asked for anything: revoked proxies, what has the methods of something else, classes as callbacks. */
const isOfCaller = (error) =>
  error instanceof TypeError &&
  /proxy that has been revoked$|called on incompatible receiver|cannot be invoked without 'new'$|on a detached ArrayBuffer$|not a typed array/.test(
    error.message,
  );

/** Goes through a door to the end of whatever comes back. Answers what was thrown, as { error }; undefined: nothing. */
export async function outcomeOf(call) {
  try {
    const answer = await call();
    if (Object.prototype.toString.call(answer) === '[object AsyncGenerator]') await answer.next();
    return undefined;
  } catch (error) {
    return { error };
  }
}

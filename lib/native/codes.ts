// SPDX-License-Identifier: GPL-2.0-only
/** Addons of built codes, which have what the port's addon has. */
import { requireFrom } from '../files/require-from.js';
import { OwnCodeError } from '../own-code/errors.js';
import type { BuiltCode } from '../own-code/manifest.js';
import { quoted } from '../quoted.js';
import { visible } from '../visible.js';
import { loadNative, type Native, quick } from './binding.js';

/** By their paths: each is loaded once by a thread. */
const loaded = new Map<string, Native>();

/**
 * The addon of a code, or without one the port's.
 *
 * @throws {OwnCodeError} ERR_CODE_LOAD if it cannot be loaded.
 * @throws {AddonError} if the port's cannot.
 */
export function nativeOf(code: BuiltCode | undefined): Native {
  if (!code) return loadNative();
  const known = loaded.get(code.addon);
  if (known) return known;
  const native = quick(load(code));
  if (typeof native.open !== 'function') throw cannotLoad(code, 'it is no addon of this package');
  loaded.set(code.addon, native);
  return native;
}

function load(code: BuiltCode): unknown {
  const missing = code.preload.filter((library) => !process.env.LD_PRELOAD?.includes(library));
  if (missing.length > 0) throw cannotLoad(code, needsPreload(code));
  try {
    return requireFrom(code.addon)(code.addon);
  } catch (cause) {
    throw cannotLoad(code, explain(code, cause as NodeJS.ErrnoException), cause);
  }
}

/** The runtime of sanitizers would end the process. What Node itself does not give back is no finding. */
function needsPreload({ preload }: BuiltCode): string {
  return `the runtime of its sanitizers must be there before Node: ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=${quoted(preload.join(':'))}`;
}

function explain({ folder }: BuiltCode, { code, message }: NodeJS.ErrnoException): string {
  return code === 'ERR_ACCESS_DENIED' || code === 'ERR_DLOPEN_DISABLED'
    ? `Node runs with --permission, which forbids it. It needs --allow-addons --allow-fs-read=${quoted(folder)}`
    : visible(message);
}

function cannotLoad({ name, command }: BuiltCode, why: string, cause?: unknown): OwnCodeError {
  return new OwnCodeError('ERR_CODE_LOAD', `the code ${name} cannot be loaded: ${why}. To build it again: ${command}`, {
    cause,
  });
}

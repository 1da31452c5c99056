// SPDX-License-Identifier: GPL-2.0-only
/** What the machine answers to accesses of guests and processes. */
import type { NativeWalk } from '../generated/abi.js';
import { outcome, programInterruptions } from '../generated/abi.js';
import { withJson } from '../trace/json.js';
import { operation } from './kernel-function.js';
import {
  type ErrnoFailure,
  type ErrorOf,
  type Failed,
  type InterruptionFailure,
  interruptionText,
  type ProgramInterruption,
  type Result,
  success,
} from './result.js';

/** How a guest accesses its memory. */
export interface AccessOptions {
  /** Whether a fault is resolved by the host and the access tried again. Default false. */
  readonly fault?: boolean;
}

/** Where an address leads, and by which table entry. */
export interface Translation {
  /** Absolute address of the byte. */
  readonly absolute: bigint;
  /** Whether a store would be refused. */
  readonly protected: boolean;
  /** Absolute address of the page-table entry, or of the segment-table entry of a large page. */
  readonly entry: bigint;
  /** What is stored there. */
  readonly value: bigint;
}

export const GUEST_LOAD = 'gmap.load';
export const GUEST_STORE = 'gmap.store';
export const GUEST_WALK = 'gmap.walk';
export const HOST_WALK = 'mm.walk';

const FAULT = operation('gmap_fault');

const names = new Map<number, ProgramInterruption>(
  Object.entries(programInterruptions).map(([name, code]) => [code, name as ProgramInterruption]),
);

const known = new Map<string, Failed<ProgramInterruption>>();

/** The failure for an interruption: always the same frozen object for the same function, code and fault. */
function failedWith(name: string, code: number, errno: number): Failed<ProgramInterruption> {
  const key = `${name} ${code} ${errno}`;
  const before = known.get(key);
  if (before) return before;
  const interrupted = names.get(code);
  if (!interrupted) throw new Error(`${name}: there is no program interruption ${code}`);
  const fault: ErrnoFailure<ErrorOf<'gmap_fault'>> | undefined = errno === 0 ? undefined : FAULT.failed(-errno).error;
  const error: InterruptionFailure = Object.freeze({
    code: interrupted,
    interruption: code,
    fault,
    syscall: name,
    message: `${interruptionText(interrupted)} (0x${code.toString(16)})${fault ? `; gmap_fault: ${fault.code}` : ''}`,
  });
  const failed = Object.freeze({ ok: false, error }) as Failed<ProgramInterruption>;
  known.set(key, failed);
  return failed;
}

/** The failure that native code packed into one number. */
export function interruption(name: string, answer: number): Failed<ProgramInterruption> {
  const packed = outcome.PROGRAM - answer;
  return failedWith(name, packed & 0xff, packed >> 8);
}

export function translation(name: string, walk: NativeWalk): Result<Translation, ProgramInterruption> {
  const { code, absolute, entry, value, isProtected } = walk;
  if (code !== 0) return failedWith(name, code, 0);
  return success(withJson({ absolute, protected: isProtected, entry, value }));
}

// SPDX-License-Identifier: GPL-2.0-only
/**
 * What functions of the kernel answer: a value, or the reason why there is none. Each function's type lists exactly the
 * reasons that it can have. What is the caller's mistake (a wrong type, a closed handle) is thrown: see errors.ts.
 */
import { wrongType } from '../arguments.js';
import type { BugPlace, ErrnoCode, OperationName, OperationRow, programInterruptions } from '../generated/abi.js';
import { checkShape, object, type Shape, text } from '../shapes.js';
import { writesJson } from '../trace/json.js';

/** What a function of the kernel can fail with, by its name: `'EFAULT' | 'ENOMEM' | 'EEXIST'` for `'gmap_fault'`. */
export type ErrorOf<Name extends OperationName> = Extract<OperationRow, { name: Name }>['errors'][number];

/** A negative errno. */
export interface ErrnoFailure<Code extends ErrnoCode = ErrnoCode> {
  /** The name of the errno. */
  readonly code: Code;
  /** As the kernel returns it: -14 for EFAULT. Linux's numbers on s390, whatever this system is. */
  readonly errno: number;
  /** The kernel's name of the function. */
  readonly syscall: string;
  /** What it means, for people. */
  readonly message: string;
}

/**
 * The kernel does not survive the call: VM_BUG_ON, a NULL dereference, an endless loop. The machine is dead until it
 * is reset or restored.
 */
export interface BugFailure {
  readonly code: 'BUG';
  /** Which check it was. */
  readonly place: BugPlace;
  /** The addresses or states that led to it. */
  readonly text: string;
  /** The kernel's name of the function. */
  readonly syscall: string;
  /** What is wrong, for people. */
  readonly message: string;
}

/** Why the hardware does not let an access through: a name of {@link programInterruptions}. */
export type ProgramInterruption = keyof typeof programInterruptions;

/** As the Principles of Operation name it: `page-translation exception`. */
export function interruptionText(name: ProgramInterruption): string {
  return `${name.toLowerCase().replaceAll('_', '-').replace('asce', 'ASCE')} exception`;
}

/** A load meets no protection. */
export type LoadInterruption = Exclude<ProgramInterruption, 'PROTECTION'>;

/** The machine does not let the access through. */
export interface InterruptionFailure<Code extends ProgramInterruption = ProgramInterruption> {
  /** The name of the interruption. */
  readonly code: Code;
  /** The program-interruption code, for example 0x11. */
  readonly interruption: number;
  /** What `gmap_fault` answered when it was asked to resolve the interruption; absent if it was not asked, or succeeded. */
  readonly fault: ErrnoFailure<ErrorOf<'gmap_fault'>> | undefined;
  /** Which access: `gmap.load`, `gmap.store`, `gmap.walk` or `mm.walk`. */
  readonly syscall: string;
  /** What it means, for people. */
  readonly message: string;
}

/** An invariant of the model does not hold. */
export interface InvariantFailure {
  readonly code: 'INVARIANT';
  /** Its number, the object and the address, for example `I7: g0: ...`. */
  readonly message: string;
  /** The function that looked. */
  readonly syscall: string;
}

/** Why there is no value, for programs. */
export type FailureCode = ErrnoCode | 'BUG' | ProgramInterruption | 'INVARIANT';

/** What is known about a failure with that code. */
export type Failure<Code extends FailureCode = FailureCode> = Code extends ErrnoCode
  ? ErrnoFailure<Code>
  : Code extends 'BUG'
    ? BugFailure
    : Code extends ProgramInterruption
      ? InterruptionFailure<Code>
      : InvariantFailure;

/** There is a value. */
export interface Ok<Value> {
  readonly ok: true;
  /** What the function answers; undefined of a function that answers nothing. */
  readonly value: Value;
}

/** There is none. */
export interface Failed<Code extends FailureCode> {
  readonly ok: false;
  /** Why. It is frozen, and shared by all calls that fail so. */
  readonly error: Failure<Code>;
}

/** Look at `ok`, then at `value` or at `error.code`; or use {@link unwrap}. */
export type Result<Value, Code extends FailureCode> = Ok<Value> | Failed<Code>;

/** A result with a bigint in it. A class, so that making one is as fast as a literal. */
class Success<Value> implements Ok<Value> {
  static {
    writesJson(Success);
  }

  readonly ok = true;
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

export function success<Value>(value: Value): Ok<Value> {
  return new Success(value);
}

/** The result of a function that answers nothing. */
export const done: Ok<void> = Object.freeze({ ok: true, value: undefined });

const failureShape: Shape = object({ code: text, syscall: text, message: text });

/** What {@link unwrap} throws: a failure in the shape of Node's system errors. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  /** As the failure has it. */
  readonly code: FailureCode;
  /** Negative; only if `code` is the name of an errno. */
  readonly errno: number | undefined;
  /** The kernel's name of the function. */
  readonly syscall: string;
  /** What the result had as its `error`. */
  readonly failure: Failure;

  constructor(failure: Failure) {
    checkShape('KernelError: failure', failure, failureShape);
    super(`${failure.syscall}: ${failure.code}: ${failure.message}`);
    this.code = failure.code;
    this.errno = 'errno' in failure ? failure.errno : undefined;
    this.syscall = failure.syscall;
    this.failure = failure;
  }
}

/**
 * The value of a result, for when a failure is not expected: an exception costs some fifty times as much as the result (a
 * few microseconds, for its stack), so where failures are usual, as in a search, look at `ok`. Results themselves cost nothing,
 * those of failures are frozen and shared.
 *
 * @throws {KernelError} if there is none.
 */
export function unwrap<Value>(result: Result<Value, FailureCode>): Value {
  if (typeof result !== 'object' || result === null) throw wrongType('unwrap: result', 'a result', result);
  if (result.ok) return result.value;
  throw new KernelError(result.error);
}

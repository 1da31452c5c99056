// SPDX-License-Identifier: GPL-2.0-only
/** A function of the kernel as its callers see it: its name, its arguments, and the ways in which it fails. */
import { type ErrnoCode, errnos, type OperationName } from '../generated/abi.js';
import { operationOf } from '../trace/operations.js';
import type { ErrnoFailure, ErrorOf, Failed } from './result.js';

export type KernelCode = ErrnoCode | 'BUG';

type ErrnoCodesOf<Code extends KernelCode> = Exclude<Code, 'BUG'>;

function errnoFailed<Code extends ErrnoCode>(syscall: string, code: Code): Failed<ErrnoCode> {
  const row = errnos.find((errno) => errno.name === code);
  if (!row) throw new Error(`errno.def has no ${code}`);
  const error: ErrnoFailure = { code, errno: -row.number, syscall, message: row.text };
  return Object.freeze({ ok: false, error: Object.freeze(error) }) as Failed<ErrnoCode>;
}

export class KernelFunction<Code extends KernelCode, Name extends string = string> {
  readonly name: Name;
  /** Whether a kernel may not survive it. */
  readonly hasBug: boolean;
  /** Of the bigint arguments behind the handle, in the order of the native function. */
  readonly argumentNames: readonly string[];
  readonly #failed = new Map<number, Failed<ErrnoCodesOf<Code>>>();

  /** Use {@link operation}. */
  constructor(name: Name, codes: readonly Code[], argumentNames: readonly string[]) {
    this.name = name;
    this.hasBug = codes.some((code) => code === 'BUG');
    this.argumentNames = argumentNames;
    for (const code of codes) {
      if (code === 'BUG') continue;
      const failed = errnoFailed(name, code) as Failed<ErrnoCodesOf<Code>>;
      if ('errno' in failed.error) this.#failed.set(failed.error.errno, failed);
    }
  }

  /** The result for a negative errno: always the same frozen object. */
  failed(errno: number): Failed<ErrnoCodesOf<Code>> {
    const failed = this.#failed.get(errno);
    if (!failed) throw new Error(`${this.name} answered ${errno}, which it cannot`);
    return failed;
  }
}

/** An operation of ops.def, with the errors of its row. `argumentNames`: as its method calls them. */
export function operation<Name extends OperationName>(
  name: Name,
  argumentNames: readonly string[] = [],
): KernelFunction<ErrorOf<Name>, Name> {
  return new KernelFunction(name, operationOf({ name }).errors as readonly ErrorOf<Name>[], argumentNames);
}

// SPDX-License-Identifier: GPL-2.0-only
/** Findings that were saved, run again: which of them are still there? */
import { oracleBits } from '../generated/abi.js';
import type { Trace } from '../trace/types.js';
import { Fuzzer, type FuzzerOptions, type Oracle, type Verdict } from './fuzzer.js';
import { traceToInput } from './input.js';

/** What the header of a saved finding says of it. */
export interface SavedFinding {
  readonly oracle: string;
  readonly rule: string;
}

export type Rechecked =
  /** The same oracle objects to the same. `saved` says what: nothing of a program that is no saved finding. */
  | { readonly state: 'there'; readonly saved: SavedFinding | undefined; readonly verdict: Verdict }
  /** Somebody objects to something else. */
  | { readonly state: 'other'; readonly saved: SavedFinding; readonly verdict: Verdict }
  | { readonly state: 'gone'; readonly saved: SavedFinding | undefined }
  /** Whoever objected is not here. */
  | { readonly state: 'unknown'; readonly saved: SavedFinding };

const FINDING = /^([a-z]+): (.*), after \S+ \(call [0-9]+\)$/;

/** What the header of a trace says that it shows. */
export function savedFinding({ header }: Pick<Trace, 'header'>): SavedFinding | undefined {
  const [, oracle, rule] = FINDING.exec(header.get('finding') ?? '') ?? [];
  return oracle === undefined || rule === undefined ? undefined : { oracle, rule };
}

/** Runs saved findings on the port, or on a code. Close it. */
export class Recheck implements Disposable {
  readonly #where: Pick<FuzzerOptions, 'kernel' | 'code'>;
  /** By the oracle that judges alone: of several that object the first one is heard. */
  readonly #fuzzers = new Map<Oracle | 'all', Fuzzer>();

  constructor(code: string | undefined) {
    this.#where = code === undefined ? { kernel: 'any' } : { code };
  }

  /** Throws what {@link Fuzzer.judge} throws, and {@link traceToInput}. */
  check(trace: Trace): Rechecked {
    const input = traceToInput(trace);
    const saved = savedFinding(trace);
    if (!saved) {
      const verdict = this.#fuzzer('all').judge(input);
      return verdict ? { state: 'there', saved, verdict } : { state: 'gone', saved };
    }
    const { oracle } = saved;
    if (!isHere(oracle)) return { state: 'unknown', saved };
    const verdict = this.#fuzzer(oracle).judge(input);
    if (verdict?.oracle === oracle && verdict.rule === saved.rule) return { state: 'there', saved, verdict };
    const other = verdict ?? this.#fuzzer('all').judge(input);
    return other ? { state: 'other', saved, verdict: other } : { state: 'gone', saved };
  }

  #fuzzer(oracle: Oracle | 'all'): Fuzzer {
    const known = this.#fuzzers.get(oracle);
    if (known) return known;
    const fuzzer = new Fuzzer({ ...this.#where, ...(oracle !== 'all' && { oracles: [oracle] }) });
    this.#fuzzers.set(oracle, fuzzer);
    return fuzzer;
  }

  [Symbol.dispose](): void {
    for (const fuzzer of this.#fuzzers.values()) fuzzer.close();
  }
}

/** A booted kernel is not, and neither is another implementation. */
function isHere(oracle: string): oracle is Oracle {
  return oracle in oracleBits && oracle !== 'other';
}

// SPDX-License-Identifier: GPL-2.0-only
/** Findings that were saved, run again: which of them are still there? */
import { oracleBits } from '../generated/abi.js';
import type { Trace } from '../trace/types.js';
import { Fuzzer, type FuzzerOptions, type Oracle, type Verdict } from './fuzzer.js';
import { traceToInput } from './input.js';

/** What the header of a saved finding says of it. */
export interface SavedFinding {
  readonly oracle: string;
  /** What made its calls too. */
  readonly against: string | undefined;
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
  const against = header.get('against');
  return oracle === undefined || rule === undefined ? undefined : { oracle, rule, against };
}

/** Runs saved findings on the port, or on a code. Close it. */
export class Recheck implements Disposable {
  readonly #code: string | undefined;
  readonly #fuzzers = new Map<string, Fuzzer>();

  constructor(code: string | undefined) {
    this.#code = code;
  }

  /** Throws what {@link Fuzzer.judge} throws, and {@link traceToInput}. */
  check(trace: Trace): Rechecked {
    const input = traceToInput(trace);
    const saved = savedFinding(trace);
    if (!saved) {
      const verdict = this.#fuzzer().judge(input);
      return verdict ? { state: 'there', saved, verdict } : { state: 'gone', saved };
    }
    const { oracle } = saved;
    if (!isHere(saved, oracle)) return { state: 'unknown', saved };
    const verdict = this.#fuzzer(oracle, saved.against).judge(input);
    if (verdict?.oracle === oracle && verdict.rule === saved.rule) return { state: 'there', saved, verdict };
    const other = verdict ?? this.#fuzzer().judge(input);
    return other ? { state: 'other', saved, verdict: other } : { state: 'gone', saved };
  }

  /** In which the oracle judges alone: of several that object the first one is heard. Without one: all of them. */
  #fuzzer(oracle?: Oracle, against?: string): Fuzzer {
    const other = oracle === 'other' ? against : undefined;
    const key = `${oracle} ${other}`;
    const known = this.#fuzzers.get(key);
    if (known) return known;
    const fuzzer = new Fuzzer({ ...this.#where(other), ...(oracle && { oracles: [oracle] }) });
    this.#fuzzers.set(key, fuzzer);
    return fuzzer;
  }

  #where(against: string | undefined): Pick<FuzzerOptions, 'kernel' | 'code' | 'against'> {
    const code = this.#code;
    if (code === undefined) return against === undefined ? { kernel: 'any' } : { against };
    return against === undefined ? { code } : { code, against };
  }

  [Symbol.dispose](): void {
    for (const fuzzer of this.#fuzzers.values()) fuzzer.close();
  }
}

/** A booted kernel is not; another implementation is, if the finding names it. */
function isHere({ against }: SavedFinding, oracle: string): oracle is Oracle {
  return oracle in oracleBits && (oracle !== 'other' || against !== undefined);
}

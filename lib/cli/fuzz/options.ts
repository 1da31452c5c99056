// SPDX-License-Identifier: GPL-2.0-only
/** How the options of `fuzz` are written. */
import { InvalidArgumentError } from 'commander';
import { type Oracle, oracles } from '../../fuzz/fuzzer.js';
import type { OldFuzzOptions } from '../old-spellings.js';

/** What `s390-gmap fuzz` is told. */
export interface FuzzCommandOptions extends OldFuzzOptions {
  readonly time?: number;
  readonly runs?: number;
  readonly seed: bigint;
  readonly corpus?: string;
  readonly findings: string;
  readonly jobs: number;
  readonly oracles?: Oracle[];
  readonly length: number;
  readonly fail: boolean;
  readonly coverage?: boolean;
  readonly code?: string;
  readonly against?: string;
  readonly json?: boolean;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `60s`, `10m`; without a unit seconds. Milliseconds. */
export function duration(text: string): number {
  const [, number, unit = 's'] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const value = Math.round(Number(number) * (UNITS[unit] ?? Number.NaN));
  if (!(value > 0 && value <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError('a time is expected, such as 60s, 10m or 2h.');
  return value;
}

export function seed(text: string): bigint {
  const value = /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? BigInt(text) : -1n;
  if (value < 0n || value >= 1n << 64n) throw new InvalidArgumentError('a number from 0 to 2^64 - 1 is expected.');
  return value;
}

export function oracleList(text: string): Oracle[] {
  return text.split(',').map((name) => {
    const oracle = oracles.find((known) => known === name);
    if (!oracle) throw new InvalidArgumentError(`there is no oracle ${JSON.stringify(name)}: ${oracles.join(', ')}.`);
    return oracle;
  });
}

// SPDX-License-Identifier: GPL-2.0-only
/** What an entry looks like in a map of its table. */
import { pteState } from '../../lib/inspect/fields.js';
import { isEmptyEntry, type TableLevel } from '../../lib/inspect/tables.js';

export const cellStates = ['empty', 'valid', 'protected', 'invalid', 'large', 'swap'] as const;
export type CellState = (typeof cellStates)[number];

export const cellNames: Record<CellState, string> = {
  empty: 'empty',
  valid: 'valid',
  protected: 'valid, protected',
  invalid: 'invalid, not empty',
  large: 'large page',
  swap: 'in swap',
};

export function stateOf(level: TableLevel, value: bigint): CellState {
  if (isEmptyEntry(level, value)) return 'empty';
  if (level === 'PTE') {
    if (pteState(value) === 'swap') return 'swap';
    if (value & 0x400n) return 'invalid';
  } else {
    if (value & 0x20n) return 'invalid';
    if (level !== 'RFTE' && level !== 'RSTE' && value & 0x400n) return 'large';
  }
  return value & 0x200n ? 'protected' : 'valid';
}

// SPDX-License-Identifier: GPL-2.0-only
/** Compare and swap, and storage that is changed in one step. */
import { type Bits, load, row, set, type Table } from './table.js';

const CHANGES: readonly (readonly [string, string])[] = [
  ['laa', 'add'],
  ['laal', 'add_logical'],
  ['lan', 'and'],
  ['lao', 'or'],
  ['lax', 'xor'],
];
const ALL_BITS: readonly Bits[] = [64, 32];

export function addAtomic(table: Table): void {
  row(table, 'csg', 'r r m', (r, value, m) => `own_cc = own_csg(&${r.code}, ${value.code}, ${m.code});`);
  row(table, 'cs csy', 'r r m', (r, value, m) => `own_cc = own_cs(&${r.code}, ${value.code}, ${m.code});`);
  row(table, 'cdsg', 'p p m', (r, value, m) => {
    return `own_cc = own_cdsg(&${r.code}, &${r.odd}, ${value.code}, ${value.odd}, ${m.code});`;
  });
  row(table, 'lpq', 'p m', (r, m) => `own_lpq(&${r.code}, &${r.odd}, ${m.code});`);
  row(table, 'stpq', 'p m', (r, m) => `own_stpq(${r.code}, ${r.odd}, ${m.code});`);
  for (const [root, name] of CHANGES) {
    for (const bits of ALL_BITS) {
      const type = bits === 64 ? 'unsigned long' : 'unsigned int';
      row(table, bits === 64 ? `${root}g` : root, 'r r m', (r, value, m) => {
        const changed = `own_${name}${bits}(own_old, ${value.code}, &own_cc)`;
        const update = `own_update${bits}(${m.code}, own_old, ${changed});`;
        return `{ unsigned long own_old = ${load(m, type)}; ${update} ${set(r, bits, 'own_old')} }`;
      });
    }
  }
}

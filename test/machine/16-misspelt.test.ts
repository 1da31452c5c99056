// SPDX-License-Identifier: GPL-2.0-only
// What is misspelt does not count as left out.
import { expect, it } from 'vitest';
import { Machine } from '../../lib/index.js';

// As plain JavaScript would: the compiler refuses all of these.
const misspelt = <T>(options: unknown): T => options as T;

it('names the options that there are', () => {
  expect(() => new Machine(misspelt({ storagelimit: 5 }))).toThrow(
    /^Machine: options has no "storagelimit": there are kernel, /,
  );
  expect(() => new Machine({ facilities: misspelt({ edat: true }) })).toThrow(
    new TypeError('Machine: facilities has no "edat": there are esop, idte, tlbLc, nx'),
  );
  expect(() => new Machine({ kernel: misspelt('linux-9') })).toThrow(
    /^unknown kernel "linux-9"; the model knows linux-4.7/,
  );
  using machine = new Machine();
  const { mm } = machine;
  expect(() => mm.mmap(misspelt({ address: 0n, length: 4096n, raed: true }))).toThrow(/^mmap: options has no "raed"/);
  expect(() => mm.mprotect(0n, 4096n, misspelt({ wirte: true }))).toThrow(/^mprotect: protection has no "wirte"/);
  expect(() => mm.mremap(misspelt({ from: 0n, lenght: 4096n, to: 0n }))).toThrow(/^mremap: options has no "lenght"/);
});

it('takes segments as objects only', () => {
  using machine = new Machine();
  const gmap = machine.mm.allocGmap(0n);
  if (!gmap.ok) throw new Error('no gmap');
  for (const wrong of [undefined, null, 5n]) {
    expect(() => gmap.value.mapSegment(misspelt(wrong))).toThrow(/^gmap_map_segment: segment must be an object/);
    expect(() => gmap.value.unmapSegment(misspelt(wrong))).toThrow(/^gmap_unmap_segment: segment must be an object/);
  }
});

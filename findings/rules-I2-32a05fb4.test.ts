// SPDX-License-Identifier: GPL-2.0-only
// Found by the fuzzer, seed 7: I2 (rules)
// I2: the top table, ASCE and highest address of a gmap fit each other and never change
// a gmap s field at offset 224 was 0x1, is 0x0
// It needs the built code linux-6.1: s390-gmap kernel build 6.1
import { type Gmap, Machine, parseTrace } from 's390-gmap';
import { Fuzzer, traceToInput } from 's390-gmap/fuzz';
import { gmap_create, gmap_remove } from 's390-gmap/raw';
import { expect, it } from 'vitest';

it('I2 (rules)', () => {
  using machine = new Machine({ code: 'linux-6.1', kernel: 'linux-6.1', storageLimit: 0x800000, maxSegments: 16, checkAlways: true });
  const mm0 = machine.mm;
  const g0 = gmap_create(mm0, 0x0n) as Gmap;
  // a gmap s field at offset 224 was 0x1, is 0x0
  gmap_remove(g0);
  expect(machine.check()).toEqual({ ok: true, value: undefined });
  // The fuzzer's oracle "rules" sees it, if nobody else does.
  const program = [
    '# gmap-trace 1',
    '# kernel: linux-6.1',
    '# machine: storage=0x800000 max_segments=16',
    'gmap_create(mm0, 0x0) = g0',
    'gmap_remove(g0)',
    '',
  ];
  using fuzzer = new Fuzzer({ code: 'linux-6.1', oracles: ['rules'] });
  expect(fuzzer.judge(traceToInput(parseTrace(program.join('\n'))))).toBeUndefined();
});

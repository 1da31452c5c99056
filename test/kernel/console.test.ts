// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { lastWords } from '../../lib/kernel/session/console.js';

const oops = [
  '[    3.951285] gmap_trace: loading out-of-tree module taints kernel.',
  '[    4.951285] Unable to handle kernel pointer dereference in virtual kernel address space',
  '[    4.952464] Failing address: 0000000000000000 TEID: 0000000000000483',
  '[    4.952704] Fault in home space mode while using kernel ASCE.',
  '[    4.952855] Oops: 0004 ilc:3 [#1] SMP',
  '[    4.953346] Modules linked in: gmap_trace(OE) virtio_console(E)',
  '[    4.953709] Krnl PSW : 0704c00180000000 00000000001183ba (gmap_discard+0x5a/0xd0)',
  '[    4.953748] Call Trace:',
  '[    4.953797]  [<00000000001183ba>] gmap_discard+0x5a/0xd0',
  '[    4.953830]  [<000003ff80002a1c>] call_gmap_discard+0x1c/0x30 [gmap_trace]',
  '[    4.953867] Kernel panic - not syncing: Fatal exception: panic_on_oops',
];

describe('lastWords', () => {
  it('tells why and where, without times and what is of no use', () => {
    expect(lastWords(oops.join('\r\n'))).toEqual({
      summary: 'Unable to handle kernel pointer dereference in virtual kernel address space; Oops: 0004 ilc:3 [#1] SMP',
      details: [
        'Failing address: 0000000000000000 TEID: 0000000000000483',
        'Krnl PSW : 0704c00180000000 00000000001183ba (gmap_discard+0x5a/0xd0)',
        ' [<00000000001183ba>] gmap_discard+0x5a/0xd0',
        ' [<000003ff80002a1c>] call_gmap_discard+0x1c/0x30 [gmap_trace]',
      ],
    });
  });

  it.each([
    ['kernel BUG at arch/s390/mm/gmap.c:437!'],
    ['BUG: Bad page map in process runner  pte:00000000 pmd:00000020'],
    ['watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [runner:42]'],
    ['rcu: INFO: rcu_sched self-detected stall on CPU'],
    ['list_del corruption. prev->next should be 0000, but was 0001'],
  ])('knows %s', (line) => {
    expect(lastWords(`[    1.0] init: ready\n[   12.345678] ${line}\n`).summary).toBe(line);
  });

  it('has nothing to tell of a console that is well, or of something else than a console', () => {
    expect(lastWords('')).toEqual({ summary: '', details: [] });
    expect(lastWords('[    0.1] Linux version 6.1\n[    0.2] all is well')).toEqual({ summary: '', details: [] });
    expect(lastWords('\0\xff'.repeat(1000)).summary).toBe('');
  });
});

// SPDX-License-Identifier: GPL-2.0-only
/** What the suites expect, as traces: their headers say of which suite and cases they are. */
import { describe, expect, it } from 'vitest';
import { portTrace } from '../../lib/trace/port.js';
import { callsOf } from '../../lib/trace/program.js';
import { replay } from '../../lib/trace/replay.js';
import { peerTraces } from './traces.js';

const runs = peerTraces.flatMap((peer) => peer.kernels.map((kernel) => ({ ...peer, kernel })));

describe('a trace of what a suite expects', () => {
  it.each(runs)('$suite: $cases, $name on $kernel', ({ trace, kernel }) => {
    expect(replay(trace, { kernel }).difference).toBeUndefined();
  });

  it.each(peerTraces)('$name is of a suite, for a kernel, and about the bits of keys that it reads', (peer) => {
    const { trace, kernels, suite, cases } = peer;
    expect(suite).not.toBe('');
    expect(cases).not.toEqual([]);
    expect(kernels).toContain(trace.header.get('kernel'));
    const hasKeys = callsOf(trace).some(({ name }) => /_guest_(?:storage_key|reference_bit)$/.test(name));
    if (hasKeys) expect(trace.header.get('strict')).toBe('1');
  });
});

/** What kernels answer otherwise than the suite's trace has it: the first call where they do. */
const differences = {
  'ucontrol_skey_4.7': {
    call: 'get_guest_storage_key(mm0, 0x10000380000) = 0x6',
    what: 'result',
    expected: '0x6',
    got: '0x0',
  },
  'kut_skey_invalid_address_5.10': {
    call: 'get_guest_storage_key(mm0, 0x10000100000) = -EFAULT',
    what: 'result',
    expected: '-EFAULT',
    got: '0x0',
  },
  'kut_skey_large_unmapped_5.10': {
    call: 'set_guest_storage_key(mm0, 0x10000000000, 0x0, 0) = 0',
    what: 'result',
    expected: '0',
    got: '-EFAULT',
  },
  'shared_zeropage_5.10': zeroPageGoes(),
  'shared_zeropage_6.1': zeroPageGoes(),
};

function zeroPageGoes() {
  return {
    call: 's390_enable_sie(mm0) = 0',
    what: 'fact',
    expected: 'pte 0x10000000000 zero pte=0x355 pgste=0x0 pmd=0x0',
    got: 'pte 0x10000000000 none pte=0x400 pgste=0x0 pmd=0x0',
  };
}

describe('a kernel that answers otherwise than the suite expects', () => {
  it.each(Object.entries(differences))('%s', (name, difference) => {
    const kernel = peerTraces.find((peer) => peer.name === name)?.kernels[0] ?? '';
    const base = name.replace(/_[\d.]+$/, '');
    const expected = peerTraces.find((peer) => peer.name === base);
    if (!expected) throw new Error(`no trace ${base}`);
    expect(replay(portTrace(expected.trace, kernel), { kernel }).difference).toMatchObject(difference);
  });

  it('says so in its trace', () => {
    const told = peerTraces.filter(({ differs }) => differs !== undefined);
    expect(told.map(({ name }) => name).sort()).toEqual(Object.keys(differences).sort());
    for (const { cases, differs } of told) expect(cases).toContain(differs);
  });
});

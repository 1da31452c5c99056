// SPDX-License-Identifier: GPL-2.0-only
/** The walk that runs anywhere agrees with the one of the model, entry by entry, in every state that a kernel was recorded in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeProgram,
  type Gmap,
  Machine,
  type Mm,
  parseTrace,
  programInterruptions,
  unwrap,
} from '../../lib/index.js';
import { type Chain, storageOf, walkChain } from '../../lib/inspect/index.js';
import { machineOptions } from '../../lib/trace/header.js';
import { HOST, newGuest, PAGE, SEGMENT } from '../machine/fixture.js';
import { portRecordings as recordings } from '../trace/recordings.js';

/** What both say of an address: for a load and for a store. */
function walks(space: Gmap | Mm, address: bigint): unknown[] {
  return [false, true].map((store) => {
    const walk = space.walk(address, { store });
    return walk.ok ? walk.value.absolute : walk.error.code;
  });
}

function answers({ load, store }: Chain): unknown[] {
  return [load, store].map((answer) => ('absolute' in answer ? answer.absolute : answer.interruption));
}

/** Addresses at which something may be: around segments, around the ends of tables. */
const addresses = fc.oneof(
  fc
    .tuple(fc.constantFrom(0n, HOST, 1n << 31n, 1n << 42n, 1n << 53n), fc.bigInt(0n, 0x80_0000n))
    .map(([a, b]) => a + b),
  fc.bigInt(0n, 2n ** 64n - 1n),
);

function expectAgreement(machine: Machine): void {
  for (const space of [...machine.processes, ...machine.gmaps]) {
    fc.assert(
      fc.property(addresses, (address) => {
        const chain = walkChain(storageOf(machine), space.asce, address);
        expect(answers(chain)).toEqual(walks(space, address));
      }),
      { numRuns: 40 },
    );
  }
}

describe('walkChain', () => {
  it('answers as the machine does in the last state of recordings, and in one on its way', () => {
    // All of them take long.
    for (const { name, text } of recordings.filter((_, i) => i % 5 === 0)) {
      const trace = parseTrace(text, name);
      for (const part of [2, 1]) {
        using machine = new Machine(machineOptions(trace, undefined));
        machine.execute(encodeProgram({ ...trace, items: trace.items.slice(0, trace.items.length / part) }));
        expectAgreement(machine);
      }
    }
  });

  it('meets every interruption that has a name', () => {
    const { machine, gmap } = newGuest();
    unwrap(gmap.fault(0n, { write: true }));
    const storage = storageOf(machine);
    const codes = new Set<string>();
    const table = gmap.asce & ~0xfffn;
    // The tables of the guest are read as what they are not.
    for (const type of [0x0n, 0x4n, 0x8n, 0xcn])
      for (const length of [0n, 3n])
        for (const address of [0n, PAGE, SEGMENT * 1024n, 1n << 31n, 1n << 42n, 1n << 53n, 2n ** 64n - 1n])
          for (const answer of answers(walkChain(storage, table | type | length, address))) codes.add(String(answer));
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'SEGMENT_TRANSLATION',
        'PAGE_TRANSLATION',
        'TRANSLATION_SPECIFICATION',
        'ASCE_TYPE',
        'REGION_FIRST_TRANSLATION',
        'REGION_SECOND_TRANSLATION',
        'REGION_THIRD_TRANSLATION',
      ]),
    );
    expect(answers(walkChain(storage, BigInt(machine.storageLimit) | 0x3n, 0n))).toEqual(['ADDRESSING', 'ADDRESSING']);
    expect(answers(walkChain(storage, 0x20n, 0x1234n))).toEqual([0x1234n, 0x1234n]);
    for (const code of codes) if (!/^\d/.test(code)) expect(programInterruptions).toHaveProperty(code);
  });

  it('stops at the entry that is to blame, and tells its bits', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.fault(0n, { write: true }));
    unwrap(mm.mprotect(HOST, SEGMENT, { read: true, write: false, exec: false }));
    const chain = walkChain(storageOf(machine), gmap.asce, 0n);
    expect(chain.entries.map(({ level }) => level)).toEqual(['STE', 'PTE']);
    expect(chain.entries[1]?.flags).toContain('PROTECT');
    expect(chain.store).toEqual({ interruption: 'PROTECTION' });
    expect(walkChain(storageOf(machine), gmap.asce, SEGMENT).entries.at(-1)?.flags).toEqual([
      'INVALID',
      'TYPE=SEGMENT',
    ]);
  });

  it('follows large pages', () => {
    const { machine, mm } = newGuest();
    unwrap(mm.mmap({ address: HOST, length: SEGMENT, huge: true }));
    unwrap(mm.store(HOST, 1n));
    const chain = walkChain(storageOf(machine), mm.asce, HOST + 0x12345n);
    expect(chain.entries.at(-1)).toMatchObject({ level: 'STE', flags: expect.arrayContaining(['LARGE']) });
    expect(answers(chain)).toEqual(walks(mm, HOST + 0x12345n));
  });
});

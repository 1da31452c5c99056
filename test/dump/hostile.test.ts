// SPDX-License-Identifier: GPL-2.0-only
/** Any bytes are a dump that is refused, or one with problems. `npm run check:long -- dumps` tries many more. */
import { expect, it } from 'vitest';
import { openDump } from '../../lib/dump/index.js';
import { shootDump } from '../../lib/film/shoot-dump.js';
import { parseTrace } from '../../lib/index.js';
import {
  count,
  Damages,
  fixture,
  lookAtAll,
  open,
  parts,
  randomOf,
  scratchFolder,
  writeKdump,
  writer,
} from './fixture.js';

const ROUNDS = 60;

const seed = Number(process.env.FC_SEED ?? 0x390);
const written = writer();
const { pages, notes } = parts();

it('damage of any kind ends in an answer, in problems, or in a DumpError', () => {
  const damages = new Damages({ pages, notes, count, types: fixture.types }, scratchFolder(), randomOf(seed));
  const seen = new Map<string, Set<string>>();
  for (let round = 0; round < ROUNDS; round++) {
    const { kind, dump, types } = damages.next();
    const outcome = lookAtAll({ openDump, shootDump, parseTrace }, dump, types);
    seen.set(kind, (seen.get(kind) ?? new Set()).add(outcome));
  }
  damages.close();
  expect([...seen.keys()].sort()).toEqual(['body', 'cut', 'head', 'page', 'types', 'words']);
  const outcomes = [...seen.values()].flatMap((set) => [...set]);
  expect(outcomes).toEqual(expect.arrayContaining(['no problem', 'problems', 'ERR_DUMP_DAMAGED', 'ERR_DUMP_MISSING']));
});

it.each(['SIZE(page)', 'SIZE(mem_section)'])('a kernel that says %s=0 is a DumpError', (name) => {
  const changed = new Map(
    [...pages].map(([number, bytes]) => {
      const text = bytes.toString('latin1');
      const zeros = text.replace(
        new RegExp(`(${name.replace(/[()]/g, '\\$&')}=)([0-9]+)`),
        (_, head, digits) => head + '0'.repeat(digits.length),
      );
      return [number, Buffer.from(zeros, 'latin1')] as const;
    }),
  );
  expect(() => open(written(writeKdump(changed, notes, { count }))).check()).toThrow(
    `the kernel's VMCOREINFO says ${name}=0`,
  );
});

it('all that a dump answers can be written as JSON', () => {
  using dump = open(fixture.dump);
  const { processes, gmaps, problems } = dump;
  const text = JSON.stringify({
    processes,
    gmaps,
    problems,
    checked: dump.check(),
    seen: dump.inspect('g0', 0n),
    graph: dump.graph(),
    ranges: dump.dump('g0'),
  });
  expect(JSON.parse(text).gmaps[0]).toMatchObject({
    name: 'g0',
    end: '0x7fffffff',
    mapped: { keys: expect.arrayContaining(['0x0']), values: expect.arrayContaining(['0x10000000000']) },
  });
});

it('a dump that was closed says so', () => {
  const dump = open(fixture.dump);
  dump.close();
  dump.close();
  const closed = expect.objectContaining({ code: 'ERR_DUMP_CLOSED' });
  expect(() => dump.check()).toThrow(closed);
  expect(() => dump.facts()).toThrow(closed);
  expect(() => dump.graph()).toThrow(closed);
  expect(() => dump.inspect('g0', 0n)).toThrow(closed);
});

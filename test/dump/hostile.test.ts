// SPDX-License-Identifier: GPL-2.0-only
/** Any bytes are a dump that is refused, or one with problems. `npm run check:long -- dumps` tries many more. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DumpError, openDump } from '../../lib/dump/index.js';
import { FileError } from '../../lib/files/file-error.js';
import { count, fixture, flatten, open, parts, writeElf, writeKdump, writer } from './fixture.js';

const ROUNDS = 12;
let state = Number(process.env.FC_SEED ?? 0x390);

/** From 0 to end - 1, the same in every run. */
function random(end: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * end);
}

const written = writer();
const { pages, notes } = parts();

/** Looks at everything that there is; what is wrong with the dump is answered, anything else thrown. */
function lookAtAll(path: string, types = fixture.types): string {
  try {
    using dump = openDump(path, { types });
    const facts = [...dump.facts([0n, 0x10000000000n])].length;
    const problems = dump.check().length;
    for (const { name } of [...dump.processes, ...dump.gmaps]) {
      String(dump.inspect(name, 0x1000n));
      dump.dump(name);
    }
    dump.graph();
    return `${facts} facts, ${problems} problems`;
  } catch (error) {
    if (error instanceof DumpError || error instanceof FileError) return error.message;
    throw error;
  }
}

describe('a dump with words that are wrong', () => {
  it('ends in problems or a DumpError: in what is read', () => {
    const numbers = [...pages.keys()];
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const changed = new Map(pages);
      for (let i = 0; i <= round % 4; i++) {
        const number = numbers[random(numbers.length)] as number;
        const bytes = Buffer.from(changed.get(number) as Buffer);
        // Where something is.
        const used = [...bytes.keys()].filter((at) => bytes[at] !== 0);
        const at = used[random(used.length)] ?? 0;
        bytes[at] = random(256);
        changed.set(number, bytes);
      }
      seen.add(lookAtAll(written(writeKdump(changed, notes, { count, compress: 'none' }))));
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it.each(['kdump', 'flattened', 'elf'])('ends in a DumpError, or is no harm: in the file itself, %s', (kind) => {
    const whole = kind === 'elf' ? writeElf(pages, notes) : writeKdump(pages, notes, { count });
    const file = kind === 'flattened' ? flatten(whole) : whole;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(file);
      // The heads of the file and of its pages, more often than the pages.
      const end = round % 2 === 0 ? Math.min(bytes.length, 10_000) : bytes.length;
      for (let i = 0; i <= round % 3; i++) bytes[random(end)] = random(256);
      expect(lookAtAll(written(round % 5 === 0 ? bytes.subarray(0, random(bytes.length)) : bytes))).not.toBe('');
    }
  });

  it('ends in a DumpError, or is no harm: in the types', () => {
    const types = readFileSync(fixture.types);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(types);
      for (let i = 0; i <= round % 3; i++) bytes[random(bytes.length)] = random(256);
      expect(lookAtAll(fixture.dump, written(bytes))).not.toBe('');
    }
  });
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
  expect(lookAtAll(written(writeKdump(changed, notes, { count })))).toBe(`the kernel's VMCOREINFO says ${name}=0`);
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

// SPDX-License-Identifier: GPL-2.0-only
/** Types that this package writes itself, and the C by which a kernel's headers are asked for them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Field, Types } from '../../lib/dump/types/btf.js';
import { wantedMembers, withOuter } from '../../lib/dump/types/wanted.js';
import { writeBtf } from '../../lib/dump/types/write-btf.js';
import {
  afterErrors,
  allQuestions,
  bitFields,
  type Question,
  sourceOf,
} from '../../lib/kernel/install/types-source.js';
import { fixture } from './fixture.js';

const plain = (offset: number, size: number, count = 0): Field => ({ offset, bit: 8 * offset, bits: 0, size, count });

describe('writeBtf', () => {
  const bitField: Field = { offset: 25, bit: 203, bits: 2, size: 4, count: 0 };
  const fields = new Map([
    ['context', plain(16, 64)],
    ['context.asce', plain(24, 8)],
    ['context.inner', plain(40, 16)],
    ['context.inner.word', plain(44, 4)],
    ['context.flags', bitField],
    ['name', plain(96, 16, 16)],
    ['slots', plain(112, 64, 8)],
  ]);
  const types = new Types(
    writeBtf([
      { name: 'thing', size: 200, fields },
      { name: 'empty', size: 1, fields: new Map() },
    ]),
  );

  it.each([...fields])('%s is read as it was written', (path, field) => {
    expect(types.field('thing', path)).toEqual(field);
  });

  it('has sizes, and nothing else', () => {
    expect([types.sizeOf('thing'), types.sizeOf('empty')]).toEqual([200, 1]);
    expect(() => types.field('thing', 'context.other|other')).toThrow(
      'struct thing has no member context.other and no other in the type information',
    );
    expect(() => types.field('nothing', 'x')).toThrow('the type information has no struct nothing');
  });

  it("says what the kernel's own BTF says", () => {
    const own = new Types(readFileSync(fixture.types));
    const structs = Object.entries(wantedMembers)
      .filter(([name]) => own.has(name))
      .map(([name, paths]) => {
        const there = withOuter(paths).filter((path) => own.hasField(name, path));
        return { name, size: own.sizeOf(name), fields: new Map(there.map((path) => [path, own.field(name, path)])) };
      });
    const written = new Types(writeBtf(structs));
    const members = structs.flatMap(({ name, fields: all }) =>
      [...all].map(([path, field]) => ({ name, path, field })),
    );
    expect(members.length).toBeGreaterThan(50);
    for (const { name, path, field } of members) expect(written.field(name, path)).toEqual(field);
  });
});

describe('the questions to a compiler', () => {
  const questions: Question[] = [
    { struct: 'a', path: undefined, isBitField: false },
    { struct: 'a', path: 'x', isBitField: false },
    { struct: 'a', path: 'y.z', isBitField: false },
  ];
  const lineOf = (all: readonly Question[], text: string) =>
    sourceOf(all)
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1;
  const first = lineOf(questions, 'sizeof(struct a)');
  const leftAfter = (...errors: (readonly [line: number, text: string])[]) =>
    afterErrors(
      questions,
      'types.c',
      errors.map(([line, text]) => `/some/where/types.c:${line}:12: ${text}\n`).join(''),
    );

  it('are one line each', () => {
    const all = allQuestions();
    const start = lineOf(all, 'sizeof(struct gmap),');
    const at = all.findIndex(({ struct, path }) => struct === 'mm_struct' && path === 'context.alloc_pgste');
    expect(sourceOf(all).split('\n')[start - 1 + at]).toContain(
      '__builtin_offsetof(struct mm_struct, context.alloc_pgste)',
    );
  });

  it('without what a kernel does not have, however often a line is complained of', () => {
    expect(
      leftAfter(
        [first + 1, "error: 'struct a' has no member named 'x'"],
        [first + 1, "error: first argument to '__builtin_choose_expr' not a constant"],
        [first, 'warning: something else'],
      ),
    ).toEqual([questions[0], questions[2]]);
    expect(
      leftAfter(
        [first, "error: invalid application of 'sizeof' to incomplete type 'struct a'"],
        [first + 1, "error: invalid use of undefined type 'struct a'"],
        [first + 2, "error: invalid use of undefined type 'struct a'"],
      ),
    ).toEqual([]);
  });

  it('bit fields are asked by their bits', () => {
    const left = leftAfter([first + 2, "error: attempt to take address of bit-field structure member 'z'"]) ?? [];
    expect(left).toEqual([questions[0], questions[1], { ...questions[2], isBitField: true }]);
    expect(bitFields(left)).toEqual([left[2]]);
    expect(sourceOf(left)).toContain(
      'const struct a bits_0 __attribute__((used, section(".s390_gmap.bits.0"))) = { .y.z = -1 };',
    );
    // The others are where they were.
    expect(lineOf(left, 'sizeof(struct a)')).toBe(first);
  });

  it('nothing else is taken for an answer', () => {
    expect(leftAfter([first, 'error: expected expression before ;'])).toBeUndefined();
    expect(leftAfter([first - 1, "error: 'struct a' has no member named 'x'"])).toBeUndefined();
    expect(leftAfter([first + 3, "error: 'struct a' has no member named 'x'"])).toBeUndefined();
    expect(leftAfter()).toBeUndefined();
    const elsewhere = '/some/where/other.h:1:12: fatal error: no such file\n';
    expect(afterErrors(questions, 'types.c', elsewhere)).toBeUndefined();
  });
});

// SPDX-License-Identifier: GPL-2.0-only
/** The types of a kernel, with a make that says and writes what a compiler would. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readTypes } from '../../lib/dump/types/types-file.js';
import { buildTypes } from '../../lib/kernel/install/types.js';
import { ANSWER_WORDS, ANSWERS, allQuestions, bitsSection } from '../../lib/kernel/install/types-source.js';
import { writeProgram } from './fixture.js';

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-types-'));
const [bin, object] = [join(folder, 'bin'), join(folder, 'object')];
mkdirSync(bin);
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => vi.stubEnv('PATH', `${bin}:${process.env.PATH}`));
afterEach(() => vi.unstubAllEnvs());

const build = () => buildTypes(folder, '/nowhere/linux', () => {});

/** A make that complains of the lines of some members, and writes the object once nothing is asked of them. */
function fakeMake(complaints: Readonly<Record<string, string>>): void {
  const lines = Object.entries(complaints).map(
    ([member, text]) =>
      `grep -n '__builtin_offsetof(struct ${member})' "$d/types.c" | sed 's|:.*|:3: error: ${text}|; s|^|/somewhere/types.c:|' >> "$d/said"`,
  );
  writeProgram(
    join(bin, 'make'),
    `for a; do case $a in M=*) d=\${a#M=};; esac; done\n: > "$d/said"\n${lines.join('\n')}\n` +
      `if [ -s "$d/said" ]; then cat "$d/said" >&2; exit 2; fi\ncp '${object}' "$d/types.o"`,
  );
}

/** An object file of a big-endian machine with these sections. */
function writeObject(sections: Readonly<Record<string, Buffer>>): void {
  const names = ['', '.shstrtab', ...Object.keys(sections)];
  const texts = Buffer.from(`${names.join('\0')}\0`, 'latin1');
  const datas = [Buffer.alloc(0), texts, ...Object.values(sections)];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x02\x01', 'latin1');
  header.writeUInt16BE(names.length, 60);
  header.writeUInt16BE(1, 62);
  const rows: Buffer[] = [];
  let at = 64;
  for (const [i, data] of datas.entries()) {
    const row = Buffer.alloc(64);
    row.writeUInt32BE(names.slice(0, i).join('\0').length + (i > 0 ? 1 : 0), 0);
    row.writeBigUInt64BE(BigInt(at), 24);
    row.writeBigUInt64BE(BigInt(data.length), 32);
    rows.push(row);
    at += data.length;
  }
  header.writeBigUInt64BE(BigInt(at), 40);
  writeFileSync(object, Buffer.concat([header, ...datas, ...rows]));
}

const BIT_FIELD = 'context.alloc_pgste';
const NOT_THERE = 'mmap';

/** An answer to each question but for these two: members lie one after the other, and `slots` has 16 elements. */
function answers(): Buffer {
  const asked = allQuestions().filter(({ path }) => path !== BIT_FIELD && path !== NOT_THERE);
  const words = asked.flatMap(({ path }, i) =>
    path === undefined ? [0, 5000, 0] : path === 'slots' ? [8 * i, 128, 8] : [8 * i, 8, 0],
  );
  const bytes = Buffer.alloc(8 * words.length);
  for (const [i, word] of words.entries()) bytes.writeBigUInt64BE(BigInt(word), 8 * i);
  expect(words).toHaveLength(ANSWER_WORDS * asked.length);
  return bytes;
}

describe('buildTypes', () => {
  // Behind `context`, in which it is.
  const bits = Buffer.alloc(5000);
  bits[4033] = 0b0001_1000;

  it('asks until all is answered, and leaves a file of types behind', async () => {
    fakeMake({
      [`mm_struct, ${BIT_FIELD}`]: 'attempt to take address of bit-field',
      [`mm_struct, ${NOT_THERE}`]: 'struct mm_struct has no member named mmap',
    });
    writeObject({ [ANSWERS]: answers(), [bitsSection(0)]: bits });
    const file = await build();
    const types = readTypes(file);
    expect(types.sizeOf('gmap')).toBe(5000);
    expect(types.field('mm_struct', BIT_FIELD)).toMatchObject({ bit: 8 * 4033 + 3, bits: 2 });
    expect(types.field('xa_node', 'slots')).toMatchObject({ size: 128, count: 16 });
    const asked = allQuestions().filter(({ path }) => path !== BIT_FIELD && path !== NOT_THERE);
    const place = asked.findIndex(({ struct, path }) => struct === 'mm_struct' && path === 'mm_mt.ma_root');
    expect(types.field('mm_struct', 'mmap|mm_mt.ma_root')).toMatchObject({ offset: 8 * place, size: 8, count: 0 });
    expect(() => types.field('mm_struct', NOT_THERE)).toThrow('struct mm_struct has no member mmap');
    expect(readdirSync(folder).sort()).toEqual(['bin', 'object', 'types.btf']);
    expect(readFileSync(file).length).toBeLessThan(4096);
  });

  it('a compiler that says anything else has failed', async () => {
    fakeMake({ [`mm_struct, ${NOT_THERE}`]: 'expected ; before }' });
    await expect(build()).rejects.toMatchObject({
      code: 'ERR_BUILD',
      message: expect.stringMatching(
        /^the types of the kernel cannot be found: make failed \(2\)\n\/somewhere\/types.c:[0-9]+:3: error: expected ;/,
      ),
    });
  });

  it('and one that makes nothing of it', async () => {
    fakeMake({});
    writeObject({});
    await expect(build()).rejects.toMatchObject({
      code: 'ERR_BUILD',
      message: expect.stringContaining(`the compiler has made no section ${ANSWERS} in `),
    });
  });
});

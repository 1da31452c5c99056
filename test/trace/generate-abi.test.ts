// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as abi from '../../lib/generated/abi.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 's390-gmap-abi-'));
const source = join(scratch, 'source');
const output = join(scratch, 'abi.ts');
const program = new URL('../../scripts/generate-abi.mjs', import.meta.url);
const { writeAbi } = (await import(program.href)) as { writeAbi: (source: string, output: string) => void };

afterAll(() => rmSync(scratch, { recursive: true }));

beforeAll(() =>
  cpSync(join(repository, 'native'), join(source, 'native'), {
    recursive: true,
    filter: (path) => !/\.[a-z]+$/.test(path) || /\.(?:h|def|c)$/.test(path),
  }),
);

/** Generates from the copy of the sources, in a process of its own. */
function generate() {
  return spawnSync(process.execPath, [fileURLToPath(program), source, output], { encoding: 'utf8' });
}

/** Does the work while a text is replaced in one of the sources. */
function changed(file: string, from: string, to: string, work: () => void): void {
  const text = readFileSync(join(source, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
  writeFileSync(join(source, file), text.replaceAll(from, to));
  try {
    work();
  } finally {
    writeFileSync(join(source, file), text);
  }
}

describe('scripts/generate-abi.mjs', () => {
  it('writes the tables that the library was built with', () => {
    expect(generate()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(output, 'utf8')).toBe(readFileSync(join(repository, 'lib/generated/abi.ts'), 'utf8'));
  });

  it('reads rows, numbers and names', () => {
    expect(abi.operations[4]).toEqual({
      name: 'gmap_map_segment',
      result: 'RC',
      args: [
        { name: 'g', kind: 'GMAP', form: 'GMAP' },
        { name: 'from', kind: 'VSEGMENT', form: 'HEX' },
        { name: 'to', kind: 'GSEGMENT', form: 'HEX' },
        { name: 'len', kind: 'SEGMENTS', form: 'HEX' },
      ],
      kernels: 'ALL_KERNELS',
      renamed: undefined,
      errors: ['EINVAL', 'ENOMEM'],
      maker: 'MODULE',
      method: 'mapSegment',
    });
    expect(abi.operations[0]).toMatchObject({ name: 'gmap_alloc', kernels: 'ONLY_4_7', renamed: 'gmap_create' });
    expect(abi.argKinds).toContainEqual({ name: 'KEY', form: 'HEX', text: 'a storage key, 0 to 0xff' });
    expect(abi.errnos).toContainEqual({ name: 'EFAULT', number: 14, text: expect.stringContaining('bad address') });
    expect(abi.injectKinds.slice(0, 2)).toEqual(['none', 'radix_insert']);
    expect(abi.kernels).toContain('linux-4.7');
    expect(abi.kernelFunctions).toMatchObject({ 'linux-4.7': '4_7', 'linux-6.1': '4_8' });
    expect(abi.wireStatus).toEqual({ OK: 0, BUG: 1, REFUSED: 2, UNSUPPORTED: 3 });
    expect(abi.wireRefusal.BAD_HANDLE).toBe(1);
    expect(abi.WIRE_NO_HANDLE).toBe(2 ** 32 - 1);
  });

  it.each([
    [
      'native/abi/ops.def',
      'OP(fork, RC, 1,',
      'OP(fork, RC, 2,',
      /native\/abi\/ops\.def:\d+: cannot read this row: OP\(fork/,
    ],
    ['native/abi/ops.def', 'OP(fork, RC,', 'OP(fork, REC,', /ops\.def:\d+: cannot read this row: OP\(fork/],
    [
      'native/abi/ops.def',
      '(ARG_ANY_MM, ARG_WATCHED)',
      '(ARG_WATCHED, ARG_ANY_MM)',
      /ops\.def:\d+: cannot read this row: OP\(watch/,
    ],
    [
      'native/abi/ops.def',
      'ERRORS(EINVAL, EFAULT, ENOMEM',
      'ERRORS(EOOPS',
      /cannot read this row: OP\(gmap_ipte_notify/,
    ],
    ['native/abi/ops.def', 'METHOD(fork)', 'METOD(fork)', /cannot read this row: OP\(fork/],
    ['native/abi/ops.def', 'METHOD(fork)', 'METHOD(fork), METHOD(fork)', /cannot read this row: OP\(fork/],
    ['native/abi/ops.def', 'LAST_SINCE_4_8, ', 'SINCE_4_8, ', /cannot read this row: OP\(ptep_notify/],
    ['native/abi/ops.def', 'BY_INIT', 'BY_SOMEBODY', /cannot read this row: OP\(exit/],
    ['native/abi/ops.def', 'METHOD(fork))', 'METHOD(fork)', /cannot read this row: OP\(fork.*OP\(swap_out/],
    [
      'native/abi/ops.def',
      'RENAMED(gmap_create)',
      'RENAMED(gmap_remove)',
      /gmap_alloc is RENAMED\(gmap_remove\), but that is not its name in other kernels/,
    ],
    ['native/abi/kinds.def', 'KIND(GADDR, HEX', 'KIND(GADDR, OCT', /kinds\.def:\d+: cannot read this row: KIND\(GADDR/],
    ['native/abi/ops.def', 'OP(fork', 'UP(fork', /ops\.def:\d+: cannot read this row: UP\(fork/],
    [
      'native/abi/errno.def',
      'ERRNO(EPERM, 1,',
      'ERRNO(EPERM, one,',
      /errno\.def:\d+: cannot read this row: ERRNO\(EPERM/,
    ],
    ['native/abi/inject.def', 'INJECT(none)', 'INJECT(none, 1)', /inject\.def:\d+: cannot read this row: INJECT/],
    ['native/abi/bugs.def', 'BUG_PLACE(endless,', 'BUG_PLACE(', /bugs\.def:\d+: cannot read this row: BUG_PLACE/],
    [
      'native/core/linux/profiles.def',
      'PROFILE("linux-4.7"',
      'PROFILE("linux-4.7", 7',
      /cannot read this row: PROFILE\("linux-4\.7/,
    ],
    ['native/abi/wire.h', 'enum wire_status {', 'enum status {', /wire\.h: cannot find enum wire_status/],
    [
      'native/abi/wire.h',
      'WIRE_EVENT_NOTIFY = 1',
      'WIRE_EVENT_NOTIFY = ONE',
      /wire\.h: cannot read 'WIRE_EVENT_NOTIFY = ONE'/,
    ],
    ['native/abi/wire.h', '#define WIRE_NO_KEY 0x100u', '', /wire\.h: cannot find #define WIRE_NO_KEY/],
  ])('refuses %s with %s made %s', (file, from, to, message) => {
    changed(file, from, to, () => {
      rmSync(output, { force: true });
      expect(() => writeAbi(source, output)).toThrow(message);
      expect(existsSync(output)).toBe(false);
    });
  });

  it('says what is wrong, and ends with 1', () => {
    changed('native/abi/wire.h', 'enum wire_status {', 'enum status {', () => {
      rmSync(output, { force: true });
      const { status, stderr } = generate();
      expect(status).toBe(1);
      expect(stderr).toMatch(/^generate-abi: .*wire\.h: cannot find enum wire_status\n$/);
      expect(existsSync(output)).toBe(false);
    });
  });
});

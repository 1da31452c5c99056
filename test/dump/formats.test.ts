// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from 'node:child_process';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isDumpFile } from '../../lib/dump/formats/open.js';
import { DumpError } from '../../lib/dump/index.js';
import {
  count,
  fixture,
  fixtureOf,
  flatten,
  kernels,
  open,
  parts,
  recordedFacts,
  watched,
  writeElf,
  writeKdump,
  writer,
} from './fixture.js';

const written = writer();
const { pages, notes } = parts();
/** In pages of zeros, so that a wall between the files of a split dump is in the middle of what is read. */
const [, middle = 0] = [...pages.keys()].sort((a, b) => a - b).filter((_, i) => i % 80 === 0);

const FORMATS: Readonly<Record<string, () => string | readonly string[]>> = {
  'kdump-compressed': () => fixture.dump,
  ELF: () => written(writeElf(pages, notes, count)),
  'kdump-compressed, flattened': () => written(flatten(writeKdump(pages, notes, { count }))),
  'kdump-compressed, 2 files': () =>
    [[0, middle] as const, [middle, count] as const].map((range) =>
      written(writeKdump(pages, notes, { count, range })),
    ),
};

describe('the same facts as the module observed', () => {
  it.each(Object.entries(FORMATS))('%s', (kind, write) => {
    using dump = open(write());
    expect(dump.format).toBe(kind);
    expect(dump.release).toMatch(/^6\.12\./);
    expect([...dump.facts(watched())].sort()).toEqual(recordedFacts().sort());
    expect(dump.check()).toEqual([]);
  });

  it.each(kernels)('of %s', (kernel) => {
    const of = fixtureOf(kernel);
    using dump = open(of.dump, of);
    expect(dump.release.startsWith(`${kernel}.`)).toBe(true);
    expect([...dump.facts(watched(of))].sort()).toEqual(recordedFacts(of).sort());
    expect(dump.check()).toEqual([]);
  });

  const compressed = (compress: 'none' | 'zlib' | 'lzo' | 'snappy' | 'zstd') => {
    using dump = open(written(writeKdump(pages, notes, { count, compress })));
    expect([...dump.facts(watched())].sort()).toEqual(recordedFacts().sort());
  };
  it.each(['none', 'zlib', 'lzo', 'snappy'] as const)('compressed: %s', compressed);
  it.runIf('zstdCompressSync' in zlib)('compressed: zstd, which needs Node 22.15', () => compressed('zstd'));
});

describe('what is refused', () => {
  const whole = () => Buffer.from(writeKdump(pages, notes, { count }));
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = whole();
    change(bytes);
    return written(bytes);
  };

  it.each([
    [
      'no dump',
      () => written(Buffer.from('# gmap-trace 1\n')),
      'ERR_DUMP_FORMAT',
      /is no dump: it is neither ELF nor kdump-compressed$/,
    ],
    ['an empty file', () => written(Buffer.alloc(0)), 'ERR_DUMP_FORMAT', /is no dump/],
    [
      'another machine',
      () => changed((bytes) => bytes.write('x86_64', 272, 'latin1')),
      'ERR_DUMP_FORMAT',
      /none of s390x in its byte order \(machine "x86_64"/,
    ],
    [
      'another byte order',
      () => changed((bytes) => bytes.writeUInt32LE(4096, 428)),
      'ERR_DUMP_FORMAT',
      /blocks of 1048576 bytes/,
    ],
    [
      'a head that is cut',
      () => written(whole().subarray(0, 5000)),
      'ERR_DUMP_DAMAGED',
      /is not complete: it ends at 5000/,
    ],
    [
      'an endless bitmap',
      () => changed((bytes) => bytes.writeUInt32BE(0xffffffff, 436)),
      'ERR_DUMP_DAMAGED',
      /has a bitmap of/,
    ],
    ['an ELF file of this machine', () => process.execPath, 'ERR_DUMP_FORMAT', /is an ELF file, but no dump of s390x$/],
    [
      'half of a split dump',
      () => [written(whole()), written(whole())],
      'ERR_DUMP_DAMAGED',
      /only where makedumpfile --split/,
    ],
  ])('%s', (_, write, code, message) => {
    expect(() => open(write())).toThrow(
      expect.objectContaining({ name: 'DumpError', code, message: expect.stringMatching(message) }),
    );
  });

  it('what is no regular file', () => {
    const fifo = `${written(Buffer.alloc(0))}.fifo`;
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    // Without waiting for who writes.
    expect(() => open(fifo)).toThrow(/it is no regular file/);
    expect(isDumpFile(fifo)).toBe(false);
    expect(() => open('/dev/null')).toThrow(/^cannot read \/dev\/null: it is no regular file/);
    expect(() => open('/nowhere/vmcore')).toThrow('cannot read /nowhere/vmcore: no such file or directory');
  });

  it('a kernel without types, with the option that has them', async () => {
    const { openDump } = await import('../../lib/dump/index.js');
    expect(() => openDump(fixture.dump)).toThrow(/give --types FILE/);
    expect(() => openDump(fixture.dump, { types: fixture.recording })).toThrow(DumpError);
  });

  it('a page that does not decompress', () => {
    const bytes = whole();
    // Of many pages.
    bytes.fill(0x55, bytes.length - 10_000);
    expect(() => open(written(bytes)).check()).toThrow(
      expect.objectContaining({ code: 'ERR_DUMP_DAMAGED', message: 'a page is damaged (zlib)' }),
    );
  });
});

// SPDX-License-Identifier: GPL-2.0-only
// Writes dumps of s390x in all formats that lib/dump reads: for its tests, and to cut real dumps down to the pages that are needed.
import * as zlib from 'node:zlib';

const PAGE = 4096;
const EM_S390 = 22;
const ET_CORE = 4;
const FLAGS = { none: 0, zlib: 1, lzo: 2, snappy: 4, zstd: 0x20 };

const padded = (size) => Math.ceil(size / 4) * 4;
const blocks = (bytes) => Math.ceil(bytes / PAGE);

/** `notes`: { name, type, data }. */
export function encodeNotes(notes) {
  return Buffer.concat(
    notes.map(({ name, type, data }) => {
      const text = Buffer.from(`${name}\0`, 'latin1');
      const bytes = Buffer.alloc(12 + padded(text.length) + padded(data.length));
      for (const [i, word] of [text.length, data.length, type].entries()) bytes.writeUInt32BE(word, 4 * i);
      text.copy(bytes, 12);
      data.copy(bytes, 12 + padded(text.length));
      return bytes;
    }),
  );
}

/** Pages that follow each other, as [number of the first, bytes]. */
function runsOf(pages) {
  const runs = [];
  for (const number of [...pages.keys()].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last.first + last.pages.length === number) last.pages.push(pages.get(number));
    else runs.push({ first: number, pages: [pages.get(number)] });
  }
  return runs;
}

/** `pages`: bytes by the numbers of pages. `count`: the machine has so many, and the others are zeros; else they are not there at all. */
export function writeElf(pages, notes, count) {
  const runs = runsOf(pages);
  const noteBytes = encodeNotes(notes);
  const rows = [
    { type: 4, physical: 0, bytes: noteBytes, size: noteBytes.length },
    ...runs.map((run, i) => ({
      type: 1,
      physical: run.first * PAGE,
      bytes: Buffer.concat(run.pages),
      size: PAGE * (count === undefined ? run.pages.length : (runs[i + 1]?.first ?? count) - run.first),
    })),
  ];
  const head = Buffer.alloc(64 + 56 * rows.length);
  head.write('\x7fELF\x02\x02\x01', 'latin1');
  for (const [at, half] of [
    [16, ET_CORE],
    [18, EM_S390],
    [52, 64],
    [54, 56],
    [56, rows.length],
  ])
    head.writeUInt16BE(half, at);
  head.writeUInt32BE(1, 20);
  head.writeBigUInt64BE(64n, 32);
  let at = head.length;
  for (const [i, { type, physical, bytes, size }] of rows.entries()) {
    head.writeUInt32BE(type, 64 + 56 * i);
    for (const [offset, word] of [
      [8, at],
      [16, physical],
      [24, physical],
      [32, bytes.length],
      [40, size],
    ])
      head.writeBigUInt64BE(BigInt(word), 64 + 56 * i + offset);
    at += bytes.length;
  }
  return Buffer.concat([head, ...rows.map(({ bytes }) => bytes)]);
}

/** All literals: what a decompressor takes, and no compression. */
const compressors = {
  none: (page) => page,
  zlib: (page) => zlib.deflateSync(page, { level: 9 }),
  lzo(page) {
    const rest = page.length - 18;
    const zeros = Math.ceil(rest / 255) - 1;
    return Buffer.concat([Buffer.alloc(1 + zeros), Buffer.from([rest - 255 * zeros]), page, Buffer.from([0x11, 0, 0])]);
  },
  /** Node has it from 22.15 on. */
  zstd: (page) => zlib.zstdCompressSync(page),
  snappy: (page) =>
    Buffer.concat([
      Buffer.from([0x80, 0x20, 61 << 2]),
      Buffer.from([(page.length - 1) & 0xff, (page.length - 1) >> 8]),
      page,
    ]),
};

/**
 * kdump-compressed. `count`: how many pages the machine has; those that are not in `pages` are pages of zeros, or were left out.
 * `range`: one of the files of a split dump has only these pages.
 */
export function writeKdump(pages, notes, { count, compress = 'zlib', range }) {
  const bitmapBlocks = blocks(count / 8);
  const noteBytes = encodeNotes(notes);
  const subBlocks = 1 + blocks(noteBytes.length);
  const head = Buffer.alloc((1 + subBlocks + 2 * bitmapBlocks) * PAGE);
  head.write('KDUMP   ', 'latin1');
  head.write('s390x', 272, 'latin1');
  for (const [at, word] of [
    [8, 6],
    [428, PAGE],
    [432, subBlocks],
    [436, 2 * bitmapBlocks],
  ])
    head.writeUInt32BE(word, at);
  head.writeUInt32BE(range ? 1 : 0, PAGE + 12);
  for (const [at, word] of [
    [48, 2 * PAGE],
    [56, noteBytes.length],
    [80, range?.[0] ?? 0],
    [88, range?.[1] ?? count],
    [96, count],
  ])
    head.writeBigUInt64BE(BigInt(word), PAGE + at);
  noteBytes.copy(head, 2 * PAGE);
  const [valid, dumped] = [0, 1].map((i) =>
    head.subarray((1 + subBlocks + i * bitmapBlocks) * PAGE, (1 + subBlocks + (i + 1) * bitmapBlocks) * PAGE),
  );
  const set = (bitmap, number) => {
    bitmap[number >> 3] |= 1 << (number & 7);
  };
  for (let number = 0; number < count; number++) set(valid, number);
  for (const number of pages.keys()) set(dumped, number);
  const isHere = (number) => !range || (range[0] <= number && number < range[1]);
  const kept = [...pages.keys()].sort((a, b) => a - b).filter(isHere);
  const descriptors = Buffer.alloc(24 * kept.length);
  const datas = [];
  let at = head.length + descriptors.length;
  for (const [i, number] of kept.entries()) {
    const data = compressors[compress](pages.get(number));
    // As makedumpfile does: what gets no smaller is not compressed. lzo and snappy are here to be read.
    const isSmaller = data.length < PAGE || compress === 'lzo' || compress === 'snappy';
    const bytes = isSmaller ? data : pages.get(number);
    descriptors.writeBigUInt64BE(BigInt(at), 24 * i);
    descriptors.writeUInt32BE(bytes.length, 24 * i + 8);
    descriptors.writeUInt32BE(isSmaller ? FLAGS[compress] : 0, 24 * i + 12);
    datas.push(bytes);
    at += bytes.length;
  }
  return Buffer.concat([head, descriptors, ...datas]);
}

/** As it goes through a pipe: in blocks, the last ones first. */
export function flatten(file, blockSize = 3 * PAGE) {
  const head = Buffer.alloc(PAGE);
  head.write('makedumpfile', 'latin1');
  const parts = [head];
  for (let at = Math.floor((file.length - 1) / blockSize) * blockSize; at >= 0; at -= blockSize) {
    const bytes = file.subarray(at, at + blockSize);
    const where = Buffer.alloc(16);
    where.writeBigInt64BE(BigInt(at), 0);
    where.writeBigInt64BE(BigInt(bytes.length), 8);
    parts.push(where, bytes);
  }
  const end = Buffer.alloc(16, 0xff);
  return Buffer.concat([...parts, end]);
}

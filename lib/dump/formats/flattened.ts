// SPDX-License-Identifier: GPL-2.0-only
/** Files that makedumpfile and QEMU write into pipes: blocks, each with the offset that it belongs to. */
import { damaged } from '../dump-error.js';
import { numberAt, type Source } from './source.js';

const HEADER = 4096;
const BLOCK_HEADER = 16;
/** Their offsets and sizes are kept: 100 MB for 4 million. */
const MOST_BLOCKS = 2 ** 22;

interface Block {
  readonly offset: number;
  readonly size: number;
  /** Where its bytes are in the file. */
  readonly at: number;
  /** A later one replaces what an earlier one had. */
  readonly order: number;
}

export class Flattened implements Source {
  readonly path: string;
  readonly #source: Source;
  readonly #blocks: readonly Block[];
  readonly #longest: number;

  constructor(source: Source) {
    this.path = source.path;
    this.#source = source;
    const blocks = blocksOf(source);
    this.#longest = blocks.reduce((longest, { size }) => Math.max(longest, size), 0);
    this.#blocks = blocks.sort((a, b) => a.offset - b.offset || a.order - b.order);
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const end = offset + length;
    const found = this.#blocksIn(offset, end);
    if (found.length === 0 && length > 0)
      throw damaged(`${this.path} is not complete: nothing is written at ${offset}`);
    for (const block of found) {
      const from = Math.max(offset, block.offset);
      const to = Math.min(end, block.offset + block.size);
      this.#source.read(block.at + from - block.offset, to - from).copy(bytes, from - offset);
    }
    return bytes;
  }

  /** In the order in which they were written. */
  #blocksIn(offset: number, end: number): Block[] {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] as Block).offset + this.#longest <= offset) low = middle + 1;
      else high = middle;
    }
    const found: Block[] = [];
    for (let i = low; i < this.#blocks.length; i++) {
      const block = this.#blocks[i] as Block;
      if (block.offset >= end) break;
      if (block.offset + block.size > offset) found.push(block);
    }
    return found.sort((a, b) => a.order - b.order);
  }
}

function blocksOf(source: Source): Block[] {
  const blocks: Block[] = [];
  for (let at = HEADER; ; ) {
    const header = source.read(at, BLOCK_HEADER);
    // The end: both are -1.
    if (header.readBigInt64BE(0) < 0n) return blocks;
    if (blocks.length === MOST_BLOCKS) throw damaged(`${source.path} has more than ${MOST_BLOCKS} blocks`);
    const [offset, size] = [numberAt(header, 0), numberAt(header, 8)];
    blocks.push({ offset, size, at: at + BLOCK_HEADER, order: blocks.length });
    at += BLOCK_HEADER + size;
  }
}

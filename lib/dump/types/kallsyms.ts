// SPDX-License-Identifier: GPL-2.0-only
/**
 * The symbols that a kernel keeps in its memory (Linux, scripts/kallsyms.c), where its VMCOREINFO says where: from 6.0 on. Only to find
 * its BTF. Names of data are there with CONFIG_KALLSYMS_ALL.
 */
import { damaged } from '../dump-error.js';

const TOKENS = 256;
const LONGEST_TOKEN = 64;
const CHUNK = 4096n;
/** No kernel has so many. */
const MOST_SYMBOLS = 2 ** 20;

/** Bytes at a virtual address of the kernel; throws where there are none. */
export type ReadBytes = (address: bigint, length: number) => Buffer;

/** Addresses of those of the wanted names that are there. */
export function findSymbols(
  symbolOf: (name: string) => bigint | undefined,
  read: ReadBytes,
  wanted: readonly string[],
): Map<string, bigint> {
  const found = new Map<string, bigint>();
  const tables = ['num_syms', 'relative_base', 'token_index', 'token_table', 'names', 'offsets'].map((name) =>
    symbolOf(`kallsyms_${name}`),
  );
  if (tables.some((address) => address === undefined)) return found;
  const [countAt, baseAt, indexAt, tokensAt, namesAt, offsetsAt] = tables as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const count = read(countAt, 4).readUInt32BE(0);
  if (count > MOST_SYMBOLS) throw damaged(`the kernel says that it has ${count} symbols`);
  const base = read(baseAt, 8).readBigUInt64BE(0);
  const tokens = readTokens(read, indexAt, tokensAt);
  const names = new Bytes(read, namesAt);
  for (let i = 0; i < count && found.size < wanted.length; i++) {
    // The first letter is the kind of the symbol.
    const name = names.name(tokens).slice(1);
    if (wanted.includes(name)) found.set(name, base + BigInt(read(offsetsAt + BigInt(4 * i), 4).readUInt32BE(0)));
  }
  return found;
}

/** Names are made of these. */
function readTokens(read: ReadBytes, indexAt: bigint, tokensAt: bigint): string[] {
  const index = read(indexAt, 2 * TOKENS);
  return Array.from({ length: TOKENS }, (_, i) => {
    const text = read(tokensAt + BigInt(index.readUInt16BE(2 * i)), LONGEST_TOKEN).toString('latin1');
    return text.split('\0', 1)[0] ?? '';
  });
}

/** One name after the other, a page at a time. */
class Bytes {
  readonly #read: ReadBytes;
  #next: bigint;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(read: ReadBytes, start: bigint) {
    this.#read = read;
    this.#next = start;
  }

  name(tokens: readonly string[]): string {
    let length = this.#byte();
    // Long ones need two bytes.
    if (length & 0x80) length = (length & 0x7f) | (this.#byte() << 7);
    let name = '';
    while (length-- > 0) name += tokens[this.#byte()];
    return name;
  }

  #byte(): number {
    if (this.#at === this.#buffer.length) {
      const size = CHUNK - (this.#next & (CHUNK - 1n));
      this.#buffer = this.#read(this.#next, Number(size));
      this.#next += size;
      this.#at = 0;
    }
    return this.#buffer[this.#at++] as number;
  }
}

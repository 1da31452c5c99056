// SPDX-License-Identifier: GPL-2.0-only
/** Writes BTF with some members of some structures: the types of a kernel in a few kilobytes. Of each member it says where it is, not what. */
import type { Field } from './btf.js';

const HEADER = 24;
const MAGIC = 0xeb9f;
const VERSION = 1;
const [INT, ARRAY, STRUCT] = [1, 3, 4] as const;
/** Of a structure: its members say how many bits they have. */
const HAS_BIT_FIELDS = 0x80000000;
const INDEX_SIZE = 4;

export interface StructLayout {
  readonly name: string;
  readonly size: number;
  /** By path, with the structures on the way: `context` and `context.asce`. */
  readonly fields: ReadonlyMap<string, Field>;
}

export function writeBtf(structs: readonly StructLayout[]): Buffer {
  const writer = new Writer();
  for (const struct of structs) writer.struct(struct.name, struct.size, struct.fields, '', 0);
  return writer.bytes();
}

class Writer {
  readonly #types: Buffer[] = [];
  readonly #texts: Buffer[] = [Buffer.from([0])];
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #ints = new Map<number, number>();
  #textSize = 1;

  /** The members behind the prefix; those inside of one of them make a structure without a name. Answers its number. */
  struct(name: string, size: number, fields: ReadonlyMap<string, Field>, prefix: string, base: number): number {
    const own = [...fields].filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.'));
    const members = own.flatMap(([path, field]) => {
      const isOuter = [...fields.keys()].some((other) => other.startsWith(`${path}.`));
      const type = isOuter ? this.struct('', field.size, fields, `${path}.`, field.bit) : this.#typeOf(field);
      return [this.#text(path.slice(prefix.length)), type, (field.bits << 24) | (field.bit - base)];
    });
    return this.#add([this.#text(name), (STRUCT << 24) | own.length | HAS_BIT_FIELDS, size, ...members]);
  }

  bytes(): Buffer {
    const types = Buffer.concat(this.#types);
    const header = Buffer.alloc(HEADER);
    header.writeUInt16BE(MAGIC, 0);
    header[2] = VERSION;
    for (const [i, word] of [HEADER, 0, types.length, types.length, this.#textSize].entries())
      header.writeUInt32BE(word, 4 + 4 * i);
    return Buffer.concat([header, types, ...this.#texts]);
  }

  #typeOf({ size, count }: Field): number {
    return count > 0
      ? this.#add([0, ARRAY << 24, 0, this.#int(size / count), this.#int(INDEX_SIZE), count])
      : this.#int(size);
  }

  #int(size: number): number {
    const known = this.#ints.get(size) ?? this.#add([this.#text(`u${8 * size}`), INT << 24, size, 8 * size]);
    this.#ints.set(size, known);
    return known;
  }

  #text(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#textSize;
    const bytes = Buffer.from(`${name}\0`, 'latin1');
    this.#offsets.set(name, offset);
    this.#texts.push(bytes);
    this.#textSize += bytes.length;
    return offset;
  }

  #add(words: readonly number[]): number {
    const bytes = Buffer.alloc(4 * words.length);
    for (const [i, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, 4 * i);
    return this.#types.push(bytes);
  }
}

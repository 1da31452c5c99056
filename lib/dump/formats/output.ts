// SPDX-License-Identifier: GPL-2.0-only
/** What lzo and snappy have in common: bytes that are read one after the other, and a page that grows from them. */
import { damaged } from '../dump-error.js';

export class Output {
  readonly #input: Buffer;
  readonly #output: Buffer;
  readonly #how: string;
  #from = 0;
  #to = 0;

  constructor(input: Buffer, size: number, how: string) {
    this.#input = input;
    this.#output = Buffer.alloc(size);
    this.#how = how;
  }

  /** Whether all input was read. */
  get isAtEnd(): boolean {
    return this.#from >= this.#input.length;
  }

  byte(): number {
    const byte = this.#input[this.#from++];
    if (byte === undefined) throw this.#damage();
    return byte;
  }

  /** A number of 1 to 4 bytes, the lowest first. */
  number(bytes: number): number {
    if (this.#from + bytes > this.#input.length) throw this.#damage();
    const number = this.#input.readUIntLE(this.#from, bytes);
    this.#from += bytes;
    return number;
  }

  /** So many bytes of the input. */
  literals(count: number): void {
    if (this.#from + count > this.#input.length || this.#to + count > this.#output.length) throw this.#damage();
    this.#input.copy(this.#output, this.#to, this.#from, this.#from + count);
    this.#from += count;
    this.#to += count;
  }

  /** Bytes of the output from `distance` bytes before its end on: also those that this writes. */
  copy(distance: number, count: number): void {
    if (distance < 1 || distance > this.#to || this.#to + count > this.#output.length) throw this.#damage();
    for (let i = 0; i < count; i++, this.#to++) this.#output[this.#to] = this.#output[this.#to - distance] as number;
  }

  /** @throws {DumpError} ERR_DUMP_DAMAGED if there is less. */
  whole(): Buffer {
    if (this.#to !== this.#output.length) throw this.#damage();
    return this.#output;
  }

  #damage() {
    return damaged(`a page is damaged (${this.#how})`);
  }
}

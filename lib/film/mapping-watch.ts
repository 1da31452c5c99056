// SPDX-License-Identifier: GPL-2.0-only
/** The mappings of all processes in a film: read as a whole once, and then where a VMA was stored to. */
import { type Mapping, mappingFlags } from '../inspect/mappings.js';
import { decodeMappings, mappingAt, mappingWords } from '../machine/mappings.js';
import type { Handle } from '../native/binding.js';
import type { Context } from '../native/context.js';
import type { PatchBook } from './patch-book.js';

/** What is known of a process: where its mappings begin. */
interface Process {
  readonly name: string;
  readonly mm: Handle;
  readonly starts: Set<bigint>;
}

export class MappingWatch {
  readonly #context: Context;
  readonly #book: PatchBook;
  readonly #processes = new Map<string, Process>();
  readonly #changed: [start: bigint, end: bigint][] = [];

  constructor(context: Context, book: PatchBook) {
    this.#context = context;
    this.#book = book;
  }

  /** A process lives. It is read when it is seen for the first time. */
  seeProcess(name: string, mm: () => Handle): void {
    if (this.#processes.has(name)) return;
    const process = { name, mm: mm(), starts: new Set<bigint>() };
    this.#processes.set(name, process);
    for (const mapping of decodeMappings(mappingWords(this.#context, process.mm))) this.#set(process, mapping);
  }

  /** A process has exited. */
  forgetProcess(name: string): void {
    const process = this.#processes.get(name);
    for (const start of process?.starts ?? []) this.#remove(process as Process, start);
    this.#processes.delete(name);
  }

  /** A VMA of some process, which was there from `start` to `end`, was stored to. */
  seeChange(start: bigint, end: bigint): void {
    const last = this.#changed.at(-1);
    if (last?.[0] !== start || last[1] !== end) this.#changed.push([start, end]);
  }

  /**
   * Puts what was stored to since the last time into the book. A mapping that is another one now, or new, has one of its
   * ends where a VMA had it when it was last stored to; one that is gone began where a VMA did.
   */
  look(): void {
    for (const process of this.#processes.values())
      for (const [start, end] of this.#changed) {
        const first = mappingAt(this.#context, process.mm, start);
        if (first?.start !== start) this.#remove(process, start);
        if (first) this.#set(process, first);
        const last = end > start ? mappingAt(this.#context, process.mm, end - 1n) : undefined;
        if (last) this.#set(process, last);
      }
    this.#changed.length = 0;
  }

  #set(process: Process, mapping: Mapping): void {
    process.starts.add(mapping.start);
    this.#book.set('mapping', keyOf(process, mapping.start), `${mapping.end.toString(16)} ${mappingFlags(mapping)}`);
  }

  #remove(process: Process, start: bigint): void {
    if (process.starts.delete(start)) this.#book.set('mapping', keyOf(process, start), null);
  }
}

const keyOf = ({ name }: Process, start: bigint) => `${name} ${start.toString(16)}`;

// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />
/** Traces that are not in memory as a whole: checked to their end first, then read again item by item. */
import { openPieces, openStandardInput, type PieceFile, readPieces } from '../../files/pieces.js';
import { operationOf } from '../../trace/operations.js';
import { isObserved } from '../../trace/program.js';
import type { TraceCall, TraceItem, TraceItems } from '../../trace/types.js';
import { TraceReader } from './trace-reader.js';

/** Of a trace so small the items are kept from the first reading, which spares the second. */
const KEPT_BYTES = 2 ** 18;

/** Reads a file to its end. Throws what {@link openTrace} throws. */
export function checkTrace(file: string): void {
  const reading = new FirstReading(file);
  readPieces(file, (piece) => reading.push(piece));
  reading.end();
}

/**
 * Opens a trace that is one to its end. Close it.
 *
 * @throws {TraceSyntaxError} if it is none.
 * @throws {FileError} if it cannot be read, or is not UTF-8.
 */
export function openTrace(file: string): TraceFile {
  const reading = new FirstReading(file);
  return new TraceFile(
    openPieces(file, (piece) => reading.push(piece)),
    reading,
  );
}

/** The same for standard input. */
export async function openTraceFromStdin(): Promise<TraceFile> {
  const source = '<stdin>';
  const reading = new FirstReading(source);
  return new TraceFile(await openStandardInput(source, (piece) => reading.push(piece)), reading);
}

/** A trace in a file that is open. */
export class TraceFile implements TraceItems, Disposable {
  readonly source: string;
  readonly header: ReadonlyMap<string, string>;
  readonly items: Iterable<TraceItem>;
  /** How many calls it has. */
  readonly calls: number;
  /** Whether results are missing and nothing was observed: handles that are named are part of a program. */
  readonly isProgram: boolean;
  readonly #file: PieceFile;

  constructor(file: PieceFile, reading: FirstReading) {
    this.#file = file;
    try {
      this.header = reading.end();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.source = reading.source;
    this.calls = reading.calls;
    this.isProgram = reading.lacksResult && !reading.isObserved;
    this.items = reading.kept ?? { [Symbol.iterator]: () => this.#read() };
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  *#read(): Generator<TraceItem> {
    const reader = new TraceReader(this.source);
    let items: TraceItem[] = [];
    for (const piece of this.#file.pieces()) {
      reader.push(piece, items);
      yield* items;
      items = [];
    }
    reader.end(items);
    yield* items;
  }
}

/** What is learnt of a trace before anything is done with it. */
class FirstReading {
  readonly source: string;
  calls = 0;
  lacksResult = false;
  isObserved = false;
  /** All items, as long as they are few. */
  kept: TraceItem[] | undefined = [];
  #bytes = 0;
  readonly #reader: TraceReader;

  constructor(source: string) {
    this.source = source;
    this.#reader = new TraceReader(source);
  }

  push(piece: Uint8Array): void {
    const items: TraceItem[] = [];
    this.#bytes += piece.length;
    if (this.#bytes > KEPT_BYTES) this.kept = undefined;
    this.#reader.push(piece, items);
    this.#see(items);
  }

  /** After the last piece. Answers the header. */
  end(): ReadonlyMap<string, string> {
    const items: TraceItem[] = [];
    const header = this.#reader.end(items);
    this.#see(items);
    return header;
  }

  #see(items: readonly TraceItem[]): void {
    for (const item of items) {
      if (item.kind === 'call') this.#seeCall(item);
      this.kept?.push(item);
    }
  }

  #seeCall(call: TraceCall): void {
    this.calls++;
    this.lacksResult ||= call.result === undefined && operationOf(call).result !== 'VOID';
    this.isObserved ||= isObserved(call);
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />
/** Reading files piece by piece, and again. */
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt } from './file-error.js';

const PIECE_BYTES = 2 ** 18;

/** What is shown a piece; it is overwritten by the next one. */
type Look = (piece: Uint8Array) => void;

/**
 * Shows the bytes of a file, which may be a pipe.
 *
 * @throws {FileError} if it cannot be read.
 */
export function readPieces(path: string, look: Look): void {
  const fd = open(path);
  try {
    for (const piece of piecesOf(fd, path, undefined)) look(piece);
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens a file, which may be a pipe, to be read more than once; shows its bytes to whoever wants to look.
 *
 * @throws {FileError} if it cannot be read; if it is a pipe, also if there is no room for a copy.
 */
export function openPieces(path: string, look?: Look): PieceFile {
  const fd = open(path);
  let copy: PieceFile | undefined;
  try {
    if (attempt('read', path, () => fstatSync(fd).isFile())) {
      const file = new PieceFile(fd, path);
      if (look) for (const piece of file.pieces()) look(piece);
      return file;
    }
    copy = new PieceFile(openNameless(path), path);
    for (const piece of piecesOf(fd, path, undefined)) copy.append(piece, look);
    closeSync(fd);
    return copy;
  } catch (error) {
    closeSync(fd);
    copy?.[Symbol.dispose]();
    throw error;
  }
}

/** The same for standard input, which is called `source`. */
export async function openStandardInput(source: string, look: Look): Promise<PieceFile> {
  const copy = new PieceFile(openNameless(source), source);
  try {
    for await (const piece of process.stdin) copy.append(piece as Uint8Array, look);
    return copy;
  } catch (error) {
    copy[Symbol.dispose]();
    throw error;
  }
}

/** An open file, which can be read from its beginning as often as one wants. */
export class PieceFile implements Disposable {
  readonly #fd: number;
  readonly #path: string;

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
  }

  /** The bytes from the beginning on. Each piece is overwritten by the next one. */
  pieces(): Iterable<Uint8Array> {
    return piecesOf(this.#fd, this.#path, 0);
  }

  append(piece: Uint8Array, look?: Look): void {
    // Looked at first: what is refused needs no copy.
    look?.(piece);
    attempt(`keep, in ${tmpdir()}, a copy of`, this.#path, () => {
      for (let at = 0; at < piece.length; ) at += writeSync(this.#fd, piece, at);
    });
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

function open(path: string): number {
  return attempt('read', path, () => openSync(path, 'r'));
}

/** A file that has lost its name already: however the process ends, nothing is left of it. */
function openNameless(source: string): number {
  return attempt(`keep, in ${tmpdir()}, a copy of`, source, () => {
    const path = join(tmpdir(), `s390-gmap-${randomUUID()}`);
    const fd = openSync(path, 'wx+', 0o600);
    rmSync(path);
    return fd;
  });
}

/** From a position on; without one from where the file stands, as pipes have to be read. */
function* piecesOf(fd: number, path: string, from: number | undefined): Generator<Uint8Array> {
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let position = from; ; ) {
    const length = attempt('read', path, () => readSync(fd, buffer, 0, buffer.length, position ?? null));
    if (length === 0) return;
    if (position !== undefined) position += length;
    yield buffer.subarray(0, length);
  }
}

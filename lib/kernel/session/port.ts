// SPDX-License-Identifier: GPL-2.0-only
/** The guest's virtio-serial port, seen from the host: frames both ways, as kernel/protocol.h describes them. */
import type { Duplex } from 'node:stream';

export const portRequest = { BEGIN: 1, RUN: 2, QUIT: 3 } as const;
export const portAnswer = { READY: 1, OBSERVATIONS: 2, ERROR: 3 } as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

const HEAD_BYTES = 8;

/** Reads frames from bytes that come in pieces. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** How many bytes the next frame needs: its head first, then all of it. */
  #needed = HEAD_BYTES;

  /** The frames that are complete with this piece. */
  push(piece: Uint8Array): Frame[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const frames: Frame[] = [];
    // Pieces are put together only when there are enough: large frames come in thousands of pieces.
    while (this.#bytes >= this.#needed) {
      const all = Buffer.concat(this.#pieces);
      const whole = HEAD_BYTES + all.readUInt32LE(4);
      if (all.length < whole) {
        this.#keep(all, whole);
        break;
      }
      frames.push({ kind: all.readUInt32LE(0), payload: new Uint8Array(all.subarray(HEAD_BYTES, whole)) });
      this.#keep(all.subarray(whole), HEAD_BYTES);
    }
    return frames;
  }

  #keep(rest: Uint8Array, needed: number): void {
    this.#pieces = [rest];
    this.#bytes = rest.length;
    this.#needed = needed;
  }
}

export function encodeFrame(kind: number, payload: Uint8Array = new Uint8Array()): Uint8Array {
  const frame = Buffer.alloc(HEAD_BYTES + payload.length);
  frame.writeUInt32LE(kind, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.set(payload, HEAD_BYTES);
  return frame;
}

/** What came of waiting for an answer. */
export type Answer = Frame | 'timeout' | 'closed';

/** One question at a time: answers come in the order of the requests. */
export class Port {
  readonly #stream: Duplex;
  readonly #frames: Frame[] = [];
  #closed = false;
  #waiting: ((answer: Answer) => void) | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    const reader = new FrameReader();
    stream.on('data', (piece: Uint8Array) => {
      for (const frame of reader.push(piece)) this.#frames.push(frame);
      this.#wake();
    });
    const closed = () => this.end();
    // An error is the guest's end of the connection gone.
    stream.on('end', closed).on('error', closed).on('close', closed);
  }

  /** Nothing more comes. */
  end(): void {
    this.#closed = true;
    this.#wake();
  }

  send(kind: number, payload?: Uint8Array): void {
    if (!this.#closed) this.#stream.write(encodeFrame(kind, payload));
  }

  /** The next frame, if it comes in time. */
  receive(milliseconds: number): Promise<Answer> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer('timeout'), milliseconds);
      this.#waiting = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#wake();
    });
  }

  #wake(): void {
    if (!this.#waiting) return;
    const frame = this.#frames.shift();
    if (frame) this.#answer(frame);
    else if (this.#closed) this.#answer('closed');
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }
}

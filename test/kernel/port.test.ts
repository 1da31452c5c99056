// SPDX-License-Identifier: GPL-2.0-only
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, Port } from '../../lib/kernel/session/port.js';

const frame = fc.record({ kind: fc.integer({ min: 0, max: 0xffffffff }), payload: fc.uint8Array({ maxLength: 100 }) });

describe('FrameReader', () => {
  it('reads any frames from any pieces', () => {
    const cuts = fc.array(fc.nat({ max: 300 }));
    fc.assert(
      fc.property(fc.array(frame), cuts, (frames, lengths) => {
        const bytes = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const reader = new FrameReader();
        const read = [];
        let at = 0;
        for (const length of [...lengths, bytes.length]) {
          read.push(...reader.push(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(read).toEqual(frames);
      }),
    );
  });

  it('takes time in proportion to a large frame in small pieces', () => {
    const bytes = encodeFrame(2, new Uint8Array(8 << 20));
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < bytes.length; at += 4096) frames.push(...reader.push(bytes.subarray(at, at + 4096)));
    expect(frames).toHaveLength(1);
    expect(frames[0]?.payload).toHaveLength(8 << 20);
  });
});

describe('Port', () => {
  it('answers what came, in order; what comes too late, or not at all', async () => {
    const stream = new PassThrough();
    const port = new Port(stream);
    stream.write(encodeFrame(2, Uint8Array.of(1)));
    stream.write(encodeFrame(2, Uint8Array.of(2)));
    expect(await port.receive(1000)).toEqual({ kind: 2, payload: Uint8Array.of(1) });
    expect(await port.receive(1000)).toEqual({ kind: 2, payload: Uint8Array.of(2) });
    expect(await port.receive(10)).toBe('timeout');
    const waiting = port.receive(10_000);
    stream.end();
    expect(await waiting).toBe('closed');
    expect(await port.receive(10_000)).toBe('closed');
  });

  it('answers what came before the end', async () => {
    const stream = new PassThrough();
    const port = new Port(stream);
    stream.end(encodeFrame(2));
    await new Promise((resolve) => stream.on('close', resolve));
    expect(await port.receive(1000)).toEqual({ kind: 2, payload: new Uint8Array() });
    expect(await port.receive(1000)).toBe('closed');
  });
});

// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { encodeProgram, parseTrace } from '../../lib/index.js';
import { expectGmapError, HOST, newMachine, PAGE } from './fixture.js';

describe('more than 1 GiB of observations', () => {
  it('are an error', () => {
    const machine = newMachine();
    const pages = (first: number): string =>
      Array.from({ length: 255 }, (_, i) => `0x${(HOST + BigInt(first + i) * PAGE).toString(16)}`).join(', ');
    const watches = [0, 255, 510, 765].map((first) => `watch(mm0, ${pages(first)})\n`);
    machine.execute(encodeProgram(parseTrace(`# gmap-trace 1\n${watches.join('')}`)));
    // Each of these pairs observes the whole state anew: 1,020 pages.
    const pair = encodeProgram(parseTrace('# gmap-trace 1\nobserve(1)\nobserve(0)\n'));
    const program = new Uint8Array(pair.length * 24_000);
    for (let i = 0; i < program.length; i += pair.length) program.set(pair, i);
    expectGmapError(() => machine.execute(program), 'ERR_GMAP_MEMORY');
    // It ended half-way.
    expectGmapError(() => machine.execute(pair), 'ERR_GMAP_DEAD');
    machine.reset();
    expect(machine.execute(pair).length).toBeGreaterThan(0);
  });
});

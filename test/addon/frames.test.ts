// SPDX-License-Identifier: GPL-2.0-only
/**
 * A BUG jumps out of the core, which it must not do over a frame of C++. The addon counts those frames, and the core ends
 * the process if one lies between the BUG and the door. Here BUGs happen wherever C++ has been.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runChild } from '../machine/child.js';
import { messageOf, startWorker } from '../machine/worker.js';
import { buildChangedAddon } from './changed-addon.js';

/**
 * `bugInCallback(look)`: a fault drops mmap_sem, and what runs meanwhile calls `look`, whose functions are C++, and then
 * something that no kernel survives. Answers what the two calls answered.
 */
const BUG_IN_CALLBACK = `
  const bugInCallback = ({ machine, gmap }, look) => {
    let inner;
    machine.onMmapSemDropped(() => {
      look();
      const result = gmap.link(0x500000n, 0x20000000000n);
      inner = result.ok ? 'ok' : result.error.code;
    });
    machine.inject('fixup_retry');
    try {
      const result = gmap.fault(0n);
      return inner + ', ' + (result.ok ? 'ok' : result.error.code);
    } catch (error) {
      return inner + ', ' + error.code;
    }
  };`;

describe('a BUG', () => {
  it('passes no frame of C++, in a callback that was in C++', async () => {
    const { code, output } = await runChild(`
      ${BUG_IN_CALLBACK}
      const one = guest();
      console.log(bugInCallback(one, () => { void one.gmap.asce; one.machine.counts(); one.gmap.walk(0n); }));
      console.log(one.machine.bug?.place);
      one.machine.reset();
      console.log(one.machine.check().ok);`);
    expect({ code, output }).toEqual({ code: 0, output: 'BUG, ERR_GMAP_BUG\npmd_none\ntrue' });
  });

  it('passes none of another machine, opened and killed in a callback', async () => {
    const { code, output } = await runChild(`
      ${BUG_IN_CALLBACK}
      const [one, two] = [guest(), guest()];
      console.log(bugInCallback(one, () => {
        console.log(bugInCallback(two, () => void one.gmap.asce));
        two.machine.reset();
        two.machine.close();
      }));`);
    expect({ code, output }).toEqual({ code: 0, output: 'BUG, ERR_GMAP_BUG\nBUG, ERR_GMAP_BUG' });
  });

  it('passes none in a program', async () => {
    const { code, output } = await runChild(`
      const { machine, mm, gmap } = guest();
      unwrap(gmap.fault(0n));
      machine.onPteInvalidation(() => { void gmap.asce; machine.counts(); });
      const words = new BigUint64Array([19n | 0xffffffff00000000n, 0n, 0x10000000000n, 0xffffffffffffffffn]);
      machine.execute(new Uint8Array(words.buffer));
      const result = gmap.link(0x500000n, 0x20000000000n);
      console.log(result.error.code, machine.bug.place);`);
    expect({ code, output }).toEqual({ code: 0, output: 'BUG pmd_none' });
  });

  it('passes none in a worker, nor when that exits or is terminated in the middle', async () => {
    const body = (rest: string) => startWorker(`${BUG_IN_CALLBACK} ${rest}`);
    const plain = body('const one = guest(); post(bugInCallback(one, () => one.machine.counts()));');
    expect(await messageOf(plain)).toBe('BUG, ERR_GMAP_BUG');
    const exits = body('const one = guest(); bugInCallback(one, () => { one.machine.counts(); process.exit(3); });');
    expect(await once(exits, 'exit')).toEqual([3]);
    for (const delay of [0, 1, 5, 20]) {
      const loop = body(`post(0);
        for (;;) { const one = guest(); bugInCallback(one, () => void one.gmap.asce); one.machine.close(); }`);
      await messageOf(loop);
      await new Promise((resolve) => setTimeout(resolve, delay));
      expect(await loop.terminate()).toBe(1);
    }
  });

  it('passes none when the process exits in the callback, or with a dead machine', async () => {
    const exits = await runChild(`
      ${BUG_IN_CALLBACK}
      const one = guest();
      bugInCallback(one, () => { void one.gmap.asce; process.exit(5); });`);
    expect(exits).toEqual({ code: 5, signal: null, output: '' });
    const dead = await runChild(`
      ${BUG_IN_CALLBACK}
      const one = guest();
      console.log(bugInCallback(one, () => void one.gmap.asce));`);
    expect(dead).toEqual({ code: 0, signal: null, output: 'BUG, ERR_GMAP_BUG' });
  });

  // Without this the tests above would pass too if nobody counted.
  it('ends the process where a frame would be passed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 's390-gmap-frames-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const source = 'native/addon/js/addon.cc';
    const text = readFileSync(new URL(`../../${source}`, import.meta.url), 'utf8');
    expect(text.split('frames--;')).toHaveLength(2);
    const S390_GMAP_ADDON = buildChangedAddon(folder, source, text.replace('frames--;', ''));
    const { signal, output } = await runChild(
      `${BUG_IN_CALLBACK}
      const one = guest();
      console.log(bugInCallback(one, () => void one.gmap.asce));`,
      { S390_GMAP_ADDON },
    );
    expect(signal).toBe('SIGABRT');
    expect(output).toContain('frames of the caller would be jumped over');
  });
});

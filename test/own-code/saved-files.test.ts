// SPDX-License-Identifier: GPL-2.0-only
/** What counts as saving a file. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { SavedFiles } from '../../lib/own-code/build/saved-files.js';

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-saved-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Whether something is noticed soon after the work is done. */
async function isNoticed(files: SavedFiles, work: () => unknown): Promise<boolean> {
  const end = new AbortController();
  const noticed = files.changed(end.signal).then(() => !end.signal.aborted);
  await sleep(20);
  await work();
  const ended = sleep(2500).then(() => end.abort());
  const answer = await Promise.race([noticed, ended.then(() => false)]);
  end.abort();
  await noticed;
  files.accept();
  return answer;
}

describe('SavedFiles', () => {
  const files = new SavedFiles();
  writeFileSync(at('a.c'), 'one');
  mkdirSync(at('include'));
  writeFileSync(at('include/b.h'), 'one');
  files.add([at('a.c'), at('include/b.h'), at('include/missing.h')]);

  it.each([
    ['a file is written to', () => appendFileSync(at('a.c'), 'x')],
    [
      'a new file gets its name',
      () => {
        writeFileSync(at('.a.c.swp'), 'two');
        renameSync(at('.a.c.swp'), at('a.c'));
      },
    ],
    [
      'it is away for a moment',
      async () => {
        renameSync(at('a.c'), at('a.c~'));
        await sleep(300);
        writeFileSync(at('a.c'), 'three');
      },
    ],
    [
      'its folder is made anew',
      () => {
        rmSync(at('include'), { recursive: true });
        mkdirSync(at('include'));
        writeFileSync(at('include/b.h'), 'two');
      },
    ],
    ['one comes that was missing', () => writeFileSync(at('include/missing.h'), 'x')],
    ['one is gone', () => rmSync(at('a.c'))],
  ])('notices that %s', async (_, work) => {
    expect(await isNoticed(files, work)).toBe(true);
  });

  it('does not notice what is none of them', async () => {
    expect(await isNoticed(files, () => writeFileSync(at('other.c'), 'x'))).toBe(false);
  });

  it('waits until nothing more happens', async () => {
    const began = Date.now();
    const noticed = files.changed(new AbortController().signal);
    for (let i = 0; i < 4; i++) {
      await sleep(100);
      writeFileSync(at('include/b.h'), String(i));
    }
    const written = Date.now();
    await noticed;
    expect(Date.now()).toBeGreaterThanOrEqual(written);
    expect(Date.now() - began).toBeGreaterThan(400);
  });
});

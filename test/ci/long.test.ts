// SPDX-License-Identifier: GPL-2.0-only
/** Long checks are done in pieces and can be resumed: `scripts/long/pieces.mjs`, with a check of our own. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Result {
  readonly ok: boolean;
  readonly text: string;
}
interface Report {
  readonly done: number;
  readonly total: number;
  readonly failed: readonly { readonly id: string; readonly text: string }[];
  readonly summary: string;
  readonly stopped: boolean;
}
interface Check {
  readonly name: string;
  readonly jobs: number;
  pieces(): { readonly id: string }[];
  run(piece: { readonly id: string }): Promise<Result>;
  summary(results: readonly Result[]): string;
  stop(): void;
}
interface Long {
  readonly done: number;
  stop(): void;
  run(onPiece: (piece: { readonly id: string }, result: Result) => void): Promise<Report>;
}
interface Module {
  readonly LongCheck: new (check: Check, folder: string, commit: string) => Long;
  readLog(folder: string): Record<string, unknown>[];
}
const { LongCheck, readLog } = (await import(new URL('../../scripts/long/pieces.mjs', import.meta.url).href)) as Module;

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-long-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Of five pieces; notes which were run. */
function checkOf(run: (id: string) => Promise<Result> | Result = () => ({ ok: true, text: '' })) {
  const ran: string[] = [];
  const check: Check = {
    name: 'five',
    jobs: 1,
    pieces: () => ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id })),
    async run({ id }) {
      ran.push(id);
      return run(id);
    },
    summary: (results) => `${results.length} of them`,
    stop() {},
  };
  return { check, ran };
}

/** Stops it in its third piece. */
async function stopped(folder: string, commit: string) {
  const { check, ran } = checkOf((id) => {
    if (id === 'c') long.stop();
    return { ok: id !== 'b', text: id === 'b' ? 'wrong' : '' };
  });
  const long = new LongCheck(check, folder, commit);
  return { ran, report: await long.run(() => {}) };
}

describe('a long check', () => {
  it('does all pieces, and tells of each', async () => {
    const { check, ran } = checkOf();
    const heard: string[] = [];
    const report = await new LongCheck(check, emptyFolder(), 'abc').run(({ id }) => heard.push(id));
    expect(report).toEqual({ done: 5, total: 5, failed: [], summary: '5 of them', stopped: false });
    expect([ran, heard]).toEqual([
      ['a', 'b', 'c', 'd', 'e'],
      ['a', 'b', 'c', 'd', 'e'],
    ]);
  });

  it('that was stopped goes on where it was, with what it knew', async () => {
    const folder = emptyFolder();
    const first = await stopped(folder, 'abc');
    expect(first.ran).toEqual(['a', 'b', 'c']);
    expect(first.report).toMatchObject({ done: 2, stopped: true, failed: [{ id: 'b', text: 'wrong' }] });
    const { check, ran } = checkOf();
    const report = await new LongCheck(check, folder, 'abc').run(() => {});
    expect(ran).toEqual(['c', 'd', 'e']);
    expect(report).toMatchObject({ done: 5, stopped: false, failed: [{ id: 'b', text: 'wrong' }] });
  });

  it.each(['another commit', 'the same commit, when all was done'])('begins anew: %s', async (why) => {
    const folder = emptyFolder();
    const { check } = checkOf();
    if (why === 'another commit') await stopped(folder, 'abc');
    else await new LongCheck(check, folder, 'def').run(() => {});
    const again = checkOf();
    const long = new LongCheck(again.check, folder, 'def');
    expect(long.done).toBe(0);
    await long.run(() => {});
    expect(again.ran).toHaveLength(5);
  });

  it('ends when a piece cannot be run, which is no result', async () => {
    const folder = emptyFolder();
    const { check, ran } = checkOf((id) => {
      if (id === 'b') throw new Error('no compiler');
      return { ok: true, text: '' };
    });
    await expect(new LongCheck(check, folder, 'abc').run(() => {})).rejects.toThrow('no compiler');
    expect(ran).toEqual(['a', 'b']);
    expect(readLog(folder).at(-1)).toMatchObject({ what: 'broken', done: 1 });
  });

  it('is in the log, with the commit', async () => {
    const folder = emptyFolder();
    expect(readLog(folder)).toEqual([]);
    await stopped(folder, 'abc');
    await new LongCheck(checkOf().check, folder, 'abc').run(() => {});
    expect(readLog(folder)).toMatchObject([
      { name: 'five', commit: 'abc', what: 'begun', done: 0, total: 5 },
      { name: 'five', commit: 'abc', what: 'stopped', done: 2, total: 5, failed: [{ id: 'b', text: 'wrong' }] },
      { name: 'five', commit: 'abc', what: 'resumed', done: 2, total: 5 },
      { name: 'five', commit: 'abc', what: 'done', done: 5, total: 5, summary: '5 of them' },
    ]);
  });
});

/** All modules that are read with this one. */
function readWith(file: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  if (existsSync(file))
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|\}) .*from '(\.[^']*)'/gm))
      readWith(new URL(name, file), seen);
  return seen;
}

it('check:long can be started in a fresh clone, where nothing is built', () => {
  const files = [...readWith(new URL('../../scripts/check-long.mjs', import.meta.url))];
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => file.includes('/dist/'))).toEqual([]);
});

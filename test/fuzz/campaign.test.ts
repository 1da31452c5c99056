// SPDX-License-Identifier: GPL-2.0-only
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRunning } from '../kernel/fixture.js';

/** Jobs are processes, which run what was built. */
const { CampaignError, Fuzzer, nameOfInput, runCampaign } = (await import(
  new URL('../../dist/fuzz/index.js', import.meta.url).href
)) as typeof import('../../lib/fuzz/index.js');

const scratch = mkdtempSync(join(tmpdir(), 's390-gmap-campaign-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What every job runs first. */
function preload(name: string, code: string): Record<string, string> {
  const file = join(scratch, `${name}.cjs`);
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--require=${file}` };
}

/** An environment in which each job writes down which process it is, and how to read that. */
function jobs(name: string, code = ''): { readonly env: Record<string, string>; readonly alive: () => number[] } {
  const list = join(scratch, `${name}.pids`);
  writeFileSync(list, '');
  const env = preload(name, `require('node:fs').appendFileSync(${JSON.stringify(list)}, process.pid + '\\n'); ${code}`);
  const alive = () => {
    const pids = readFileSync(list, 'utf8').trim().split('\n').map(Number);
    expect(pids.length).toBeGreaterThan(0);
    return pids.filter(isRunning);
  };
  return { env, alive };
}

/** A campaign that does not end is seen soon. */
const SOON = { timeout: 20_000 };
const forever = { time: 1e9, oracles: [] } as const;

describe('a callback of a campaign', SOON, () => {
  const thrown = new Error('mine');

  it.each(['onStats', 'onInput'] as const)('that throws ends it: %s', async (name) => {
    const { env, alive } = jobs(name);
    const callback = () => {
      throw thrown;
    };
    await expect(runCampaign({ ...forever, jobs: 2, env, [name]: callback })).rejects.toBe(thrown);
    expect(alive()).toEqual([]);
  });

  it('that throws about a finding ends it', async () => {
    // A job that dies is a finding.
    const env = preload('dies', 'process.exit(3)');
    const onFinding = () => {
      throw thrown;
    };
    await expect(runCampaign({ ...forever, env, onFinding })).rejects.toBe(thrown);
  });

  it('that rejects ends it', async () => {
    const { env, alive } = jobs('rejects');
    await expect(runCampaign({ ...forever, env, onStats: () => Promise.reject(thrown) })).rejects.toBe(thrown);
    expect(alive()).toEqual([]);
  });
});

describe('a job', () => {
  it('that dies is a finding, and the others go on', async () => {
    const first = join(scratch, 'first');
    const env = preload(
      'first',
      `try {
         require('node:fs').mkdirSync(${JSON.stringify(first)});
         setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
       } catch {}`,
    );
    const report = await runCampaign({ time: 800, jobs: 2, oracles: [], env });
    expect(report.foundAll.map(({ oracle, rule }) => ({ oracle, rule }))).toEqual([
      { oracle: 'bug', rule: 'crash: SIGKILL' },
    ]);
    expect(report.runs).toBeGreaterThan(0);
  });

  it('that cannot do its work ends the campaign with its words', async () => {
    const { env, alive } = jobs('wrong', "performance.now = () => { throw new Error('no clock'); };");
    const options = { ...forever, jobs: 2, env };
    await expect(runCampaign(options)).rejects.toThrow(CampaignError);
    await expect(runCampaign(options)).rejects.toThrow('no clock');
    expect(alive()).toEqual([]);
  });

  it('is not ended by what its whole group of processes is told', async () => {
    const env = preload(
      'told',
      `const timer = setInterval(() => {
         const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
         // What comes before it listens is Node's.
         if (process.listenerCount(names.at(-1)) === 0) return;
         clearInterval(timer);
         for (const name of names) process.kill(process.pid, name);
       }, 10)`,
    );
    const report = await runCampaign({ time: 500, oracles: [], env });
    expect(report.foundAll).toEqual([]);
    expect(report.seconds).toBeGreaterThan(0.45);
    expect(report.runs).toBeGreaterThan(0);
  });

  it('has no files', () => {
    const source = readFileSync(new URL('../../lib/fuzz/job.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/node:fs|corpus\.js/);
  });
});

describe('jobs', () => {
  it('exchange what they keep, without a folder too', async () => {
    const kept = new Set<string>();
    const onInput = (input: Uint8Array) => {
      expect(kept.has(nameOfInput(input))).toBe(false);
      kept.add(nameOfInput(input));
    };
    // One of them waits, between two of its programs, until the other one has told of something.
    const env = preload(
      'patient',
      `try {
         require('node:fs').mkdirSync(${JSON.stringify(join(scratch, 'eager'))});
       } catch {
         const { on, send } = process;
         let hear;
         const heard = new Promise((resolve) => { hear = resolve; });
         process.on = (name, listener) => {
           if (name === 'message') on.call(process, name, ({ kind }) => kind === 'inputs' && hear());
           return on.call(process, name, listener);
         };
         process.send = (...message) => heard.then(() => send.apply(process, message));
       }`,
    );
    const report = await runCampaign({ runs: 4000, jobs: 2, oracles: [], env, onInput });
    expect(kept.size).toBeGreaterThan(100);
    // Those of the other job are run too.
    expect(report.runs).toBeGreaterThan(4000);
  });

  it('do as a fuzzer does', async () => {
    const report = await runCampaign({ runs: 300, seed: 4n, oracles: [] });
    using fuzzer = new Fuzzer({ seed: 4, oracles: [] });
    fuzzer.run(300);
    expect(report.hash).toBe(fuzzer.hash);
  });
});

describe('a folder', () => {
  it('has whole inputs of all jobs', async () => {
    const folder = join(scratch, 'kept');
    const kept: string[] = [];
    const onInput = (input: Uint8Array) => kept.push(nameOfInput(input));
    await runCampaign({ runs: 2000, jobs: 2, oracles: [], folder, onInput });
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
    for (const name of kept) expect(nameOfInput(readFileSync(join(folder, name)))).toBe(name);
  });

  it('is looked into for what others write', async () => {
    using other = new Fuzzer({ oracles: [] });
    other.run(500);
    const folder = join(scratch, 'shared');
    const stop = new AbortController();
    let first = 0;
    // The job rests most of the time: a folder is looked into every few seconds.
    const env = preload(
      'rests',
      'const { send } = process; process.send = (...message) => setTimeout(() => send.apply(process, message), 300);',
    );
    // Programs of one operation reach little.
    const report = await runCampaign({
      env,
      time: 50_000,
      signal: stop.signal,
      oracles: [],
      maxOperations: 1,
      folder,
      onStats: ({ edges, seconds }) => {
        if (first === 0 && seconds > 1) {
          first = edges;
          for (let i = 0; i < other.stats.corpus; i++) {
            const input = other.input(i) ?? new Uint8Array();
            writeFileSync(join(folder, nameOfInput(input)), input);
          }
        } else if (first > 0 && edges > 2 * first) stop.abort();
      },
    });
    expect(first).toBeGreaterThan(0);
    expect(report.edges).toBeGreaterThan(2 * first);
  });

  it('is one that can be written', async () => {
    await expect(runCampaign({ runs: 1, folder: '/dev/null' })).rejects.toThrow(CampaignError);
    const folder = join(scratch, 'gone');
    mkdirSync(folder);
    const onStats = () => rmSync(folder, { recursive: true, force: true });
    await expect(runCampaign({ ...forever, folder, onStats })).rejects.toThrow(
      /^cannot (read|write) .*gone.*: no such file/,
    );
    expect(existsSync(folder)).toBe(false);
  });
});

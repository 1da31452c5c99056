// SPDX-License-Identifier: GPL-2.0-only
/** Commands that a signal ends, as real processes: what they still say, how they end, and what they leave. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { harnessVersion } from '../../lib/kernel/install/harness-sources.js';
import { withLock } from '../../lib/kernel/install/lock.js';
import { bootTools, buildTools, packageTools, requireTools } from '../../lib/kernel/install/tools.js';
import { fakeKernels, isGoneSoon, writeProgram } from '../kernel/fixture.js';
import { traceText } from '../trace/recordings.js';
import {
  cliPath,
  environment,
  filesIn,
  type Outcome,
  outcomeOf,
  python,
  recordingsDirectory,
  scratchDirectory,
  until,
} from './cli.js';

const scratch = scratchDirectory();
const fake = fakeKernels(harnessVersion());
afterAll(() => fake.remove());

/** A folder for temporary files of one process, which shall be empty afterwards. */
let temporary = '';
beforeEach(() => {
  temporary = mkdtempSync(join(scratch, 'tmp-'));
});

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** How it ended, once it has. */
  readonly ended: Promise<Outcome>;
}

/** Starts the command line in a process group of its own. */
function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [cliPath, ...args], {
    env: environment({ TMPDIR: temporary, ...env }),
    cwd: scratch,
    detached: true,
  });
  return { child, ended: outcomeOf(child) };
}

/** Whether the process listens already: what comes earlier ends it as it ends every program. Node itself catches SIGTERM. */
function listens({ child }: Running): boolean {
  const [, mask = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGHUP - 1)) & 1n) === 1n;
}

type Name = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const ENDINGS = [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

describe('fuzz', () => {
  /** What it says besides how far it is, which it does now and then. */
  const unexpected = (stderr: string) => stderr.replace(/^.* exec\/s, .*\n/gm, '');
  const LAST_LINE = /^[0-9]+ runs, [0-9]+ operations\/s, [0-9]+ edges, 0 findings\n$/m;

  it.each([...ENDINGS, ['SIGINT', 0] as const])(
    '%s ends it with its summary and status %i, nothing left behind',
    async (name, expected) => {
      const corpus = join(scratch, `corpus-of-group-${name}`);
      const running = start(['fuzz', '--jobs', '2', '--corpus', corpus]);
      await until(() => filesIn(corpus).length > 20);
      // As a terminal does it: to all processes of the group.
      process.kill(-(running.child.pid ?? 0), name);
      const { status, signal, stdout, stderr } = await running.ended;
      expect({ status, signal, stderr: unexpected(stderr) }).toEqual({ status: expected, signal: null, stderr: '' });
      expect(stdout).toMatch(LAST_LINE);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  it.each(ENDINGS)('%s to it alone: one JSON document, and the corpus is kept', async (name, expected) => {
    const corpus = join(scratch, `corpus-${name}`);
    const running = start(['fuzz', '--jobs', '2', '--json', '--corpus', corpus]);
    await until(() => filesIn(corpus).length > 20);
    running.child.kill(name);
    const { status, stdout, stderr } = await running.ended;
    expect({ status, stderr: unexpected(stderr) }).toEqual({ status: expected, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ runs: expect.any(Number), findings: [] });
    expect(readdirSync(corpus).filter((file) => file.startsWith('.'))).toEqual([]);
    expect(readdirSync(corpus).length).toBeGreaterThan(20);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('takes a job for no finding that Ctrl-C ended before it listened', async () => {
    const running = start(['fuzz', '--jobs', '4']);
    await until(() => listens(running));
    // The jobs were started at once, and Node needs longer than this.
    await new Promise((resolve) => setTimeout(resolve, 30));
    process.kill(-(running.child.pid ?? 0), 'SIGINT');
    const { status, signal, stdout, stderr } = await running.ended;
    expect({ status, signal, stderr: unexpected(stderr) }).toEqual({ status: 0, signal: null, stderr: '' });
    expect(stdout).toMatch(LAST_LINE);
  });

  it('ends when its terminal is closed, without a word of an error', async () => {
    const corpus = join(scratch, 'corpus-terminal');
    // The terminal goes, and with it everything that could be written to; a session's leader gets SIGHUP then.
    const script = `
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
while not (os.path.isdir(${JSON.stringify(corpus)}) and len(os.listdir(${JSON.stringify(corpus)})) > 20):
    os.set_blocking(terminal, False)
    try: os.read(terminal, 65536)
    except BlockingIOError: time.sleep(0.01)
os.close(terminal)
print(os.waitpid(pid, 0)[1])`;
    const args = [process.execPath, cliPath, 'fuzz', '--jobs', '2', '--corpus', corpus];
    const running = spawn(python, ['-c', script, ...args], { env: environment({ TMPDIR: temporary }), cwd: scratch });
    const { stdout, stderr } = await outcomeOf(running);
    // What wait(2) says: the exit status is in the second byte.
    expect({ status: Number(stdout), stderr }).toEqual({ status: 129 << 8, stderr: '' });
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('replay', () => {
  /** Some seconds of work. */
  const MANY = 2000;

  it.each(ENDINGS)('%s ends it with the summary of what was replayed', async (name, expected) => {
    const many = join(scratch, `many-${name}`);
    mkdirSync(many);
    const recording = join(recordingsDirectory, 'linux-4.7', 'b_alias.trace');
    for (let i = 0; i < MANY; i++) symlinkSync(recording, join(many, `${i}.trace`));
    const running = start(['replay', many]);
    await until(() => listens(running));
    running.child.kill(name);
    const { status, signal, stdout, stderr } = await running.ended;
    expect({ status, signal, stderr }).toEqual({ status: expected, signal: null, stderr: '' });
    const [, passed] = /^([0-9]+) passed, 0 failed$/m.exec(stdout) ?? [];
    expect(Number(passed)).toBeLessThan(MANY);
  });
});

describe('one large program', () => {
  const large = join(scratch, 'large.trace');
  /** Several times what a pipe holds, and some tenths of a second of work. */
  const CALLS = 30_000;
  beforeAll(() => writeFileSync(large, traceText('gmaps(mm0) = []\n'.repeat(CALLS).trimEnd())));

  it.each(ENDINGS)('%s ends run after a whole piece', async (name, expected) => {
    const running = start(['run', large]);
    await once(running.child.stdout, 'data');
    // What nobody reads keeps it.
    running.child.stdout.pause();
    running.child.kill(name);
    running.child.stdout.resume();
    const { status, signal, stdout, stderr } = await running.ended;
    expect({ status, signal, stderr }).toEqual({ status: expected, signal: null, stderr: '' });
    expect(stdout.endsWith('gmaps(mm0) = []\n')).toBe(true);
    expect(stdout.split('\n').length).toBeLessThan(CALLS);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each(ENDINGS)('%s ends view, without a page or part of one', async (name, expected) => {
    const running = start(['view', '--json', '--all', large]);
    await until(() => listens(running));
    running.child.kill(name);
    const { status, signal, stdout, stderr } = await running.ended;
    expect({ status, signal, stdout, stderr }).toEqual({ status: expected, signal: null, stdout: '', stderr: '' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each(ENDINGS)('%s ends replay, which does not count it', async (name, expected) => {
    const running = start(['replay', join(recordingsDirectory, 'linux-4.7', 'b_alias.trace'), large]);
    await until(() => listens(running));
    // It is read to its end before anything is replayed.
    running.child.kill(name);
    const { status, signal, stdout } = await running.ended;
    expect({ status, signal }).toEqual({ status: expected, signal: null });
    expect(stdout).toMatch(/^[01] passed, 0 failed$/m);
  });
});

describe('kernel install', () => {
  const lacks = (() => {
    try {
      requireTools([...packageTools(), ...buildTools(), ...bootTools()]);
      return undefined;
    } catch (error) {
      return String(error);
    }
  })();
  if (lacks !== undefined) console.warn(`NOT TESTED: signals to kernel install: ${lacks}`);

  it.skipIf(lacks !== undefined).each(ENDINGS)('%s ends it, and what it has started', async (name, expected) => {
    const bin = join(scratch, `bin-${name}`);
    mkdirSync(bin);
    // A mirror that does not answer.
    writeProgram(
      join(bin, 'apt-get'),
      `case "$*" in *indextargets*) printf 'http://mirror.example/debian/\\tbookworm\\n';; *) echo $$ >'${bin}/pid'; exec sleep 600;; esac`,
    );
    const cache = join(scratch, `cache-${name}`);
    const running = start(['kernel', 'install', '6.1'], { PATH: `${bin}:${process.env.PATH}`, S390_GMAP_CACHE: cache });
    const pid = () => (existsSync(join(bin, 'pid')) ? Number(readFileSync(join(bin, 'pid'), 'utf8')) : 0);
    await until(() => pid() > 0);
    running.child.kill(name);
    const { status, signal, stdout } = await running.ended;
    expect({ status, signal, stdout }).toEqual({ status: expected, signal: null, stdout: '' });
    expect(await isGoneSoon(pid())).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
    expect(await withLock(join(cache, 'kernels/6.1.lock'), async () => 'free')).toBe('free');
  });
});

describe('with a booted kernel', () => {
  const write = (name: string, ...lines: string[]) => {
    const file = join(scratch, name);
    writeFileSync(file, traceText(...lines));
    return file;
  };
  const good = write('good.trace', 'gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
  const hang = write('hang.trace', 'sysctl_allocate_pgste(4097)');
  const live = ['--live', '4.7', '--timeout', '60'];
  beforeEach(() => fake.clearLog());

  async function endWhileItHangs(args: readonly string[], name: Name) {
    const running = start(args, fake.env);
    await until(() => fake.log().filter((line) => line === 'run 1').length > 0);
    running.child.kill(name);
    const ended = await running.ended;
    expect(await isGoneSoon(fake.pids()[0] ?? 0)).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
    return ended;
  }

  it.each(ENDINGS)('%s ends compare with the summary of what was compared', async (name, expected) => {
    const { status, stdout } = await endWhileItHangs(['compare', good, hang, ...live], name);
    expect({ status, stdout }).toEqual({ status: expected, stdout: `pass  ${good} (2 calls)\n1 passed, 0 failed\n` });
  });

  it.each(ENDINGS)('%s ends compare --json with its document', async (name, expected) => {
    const { status, stdout } = await endWhileItHangs(['compare', '--json', good, hang, ...live], name);
    expect(status).toBe(expected);
    expect(JSON.parse(stdout)).toMatchObject({ passed: 1, failed: 0, files: [{ file: good }] });
  });

  it.each([...ENDINGS, ['SIGINT', 130] as const])(
    '%s ends compare --random with the summary of what was compared',
    async (name, expected) => {
      const running = start(['compare', '--random', '1000000', '--length', '20', ...live], fake.env);
      await until(() => fake.log().filter((line) => line.startsWith('run ')).length > 5);
      running.child.kill(name);
      const { status, stdout } = await running.ended;
      expect(status).toBe(expected);
      expect(stdout).toMatch(/ calls of [0-9]+ programs compared, .*\n[0-9]+ passed, [0-9]+ failed\n$/);
      expect(await isGoneSoon(fake.pids()[0] ?? 0)).toBe(true);
    },
  );

  it.each(ENDINGS)('%s ends fuzz --live, and what waits for the kernel is left out', async (name, expected) => {
    const running = start(['fuzz', '--live', '4.7'], fake.env);
    await until(() => fake.log().filter((line) => line.startsWith('run ')).length > 2);
    running.child.kill(name);
    const { status, stdout } = await running.ended;
    expect(status).toBe(expected);
    expect(stdout).toMatch(/^[0-9]+ programs compared with the kernel, [1-9][0-9]* not, /m);
    expect(stdout).toMatch(/^[0-9]+ runs, .* findings\n$/m);
    expect(await isGoneSoon(fake.pids()[0] ?? 0)).toBe(true);
  });

  it.each(ENDINGS)('%s ends record, and the recordings that are whole are kept', async (name, expected) => {
    const output = join(scratch, `recordings-${name}`);
    const { status, stdout } = await endWhileItHangs(
      ['kernel', 'record', good, hang, '-o', `${output}/`, ...live],
      name,
    );
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
    expect(readdirSync(output)).toEqual(['good.trace']);
  });
});

// SPDX-License-Identifier: GPL-2.0-only
/** `kernel build --watch`, on a code that is the port behind a tree of our own. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { environment, outcomeOf, recordingsDirectory, until } from '../../cli/cli.js';
import { stubPackage, TREE } from '../stub-package.js';

const stub = stubPackage();
afterAll(() => stub.remove());
const temporary = join(stub.folder, 'tmp');
const recordings = join(stub.folder, 'recordings');
for (const folder of [temporary, recordings]) mkdirSync(folder);
for (const name of ['b_alias.trace', 'f_unmap.trace']) {
  copyFileSync(join(recordingsDirectory, 'linux-6.1', name), join(recordings, name));
}
const isThere = spawnSync('g++', ['--version']).status === 0;
if (!isThere) console.warn('NOT TESTED: kernel build --watch, without g++');

/** A command line that finds what a file says, if that is there. */
const mainPath = join(stub.dist, 'cli/main.js');
const foundPath = join(stub.folder, 'found.json');
renameSync(mainPath, join(stub.dist, 'cli/real-main.js'));
writeFileSync(
  mainPath,
  `import { existsSync, readFileSync } from 'node:fs';
   const file = ${JSON.stringify(foundPath)};
   if (process.argv[2] === 'fuzz' && existsSync(file)) {
     console.log(readFileSync(file, 'utf8'));
     process.exitCode = 1;
   } else await import('./real-main.js');`,
);
function find(...rules: string[]): void {
  const program = [
    '# kernel: linux-6.1',
    'gmap_alloc(mm0, 0x0) = g0',
    '  + g2h g0 0x0 0x0',
    'gmap_fault(g0, 0x0, 0x1) = 0',
  ];
  const finding = { oracle: 'rules', text: 'it is so', op: 'gmap_fault', operation: 1, program };
  writeFileSync(foundPath, JSON.stringify({ runs: 300, findings: rules.map((rule) => ({ ...finding, rule })) }));
}

let child: ChildProcessWithoutNullStreams | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(foundPath, { force: true });
  rmSync(join(stub.cache, 'codes'), { recursive: true, force: true });
});

function start(...args: string[]) {
  const all = ['kernel', 'build', '--source', stub.tree('linux'), '--name', 'mine', '--compiler', 'gcc', '--watch'];
  const command = [mainPath, ...all, '--recordings', recordings, '--runs', '300', ...args];
  child = spawn(process.execPath, command, { env: environment({ ...stub.env, TMPDIR: temporary }) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const ended = outcomeOf(child);
  let read = 0;
  let isOver = false;
  child.on('close', () => {
    isOver = true;
  });
  /** What it says until it waits for the next save. */
  const untilItWaits = async () => {
    const WAITS = 'waiting until a file is saved; Ctrl-C ends\n';
    await until(() => output.includes(WAITS, read) || isOver);
    if (isOver) throw new Error(`it has ended: ${output}`);
    const end = output.indexOf(WAITS, read) + WAITS.length;
    const said = output.slice(read, end - WAITS.length);
    read = end;
    return said;
  };
  return { child, ended, untilItWaits };
}

/** As editors do: another file gets the name. */
function save(text: string): void {
  const file = join(stub.folder, 'linux/arch/s390/mm/gmap.c');
  writeFileSync(`${file}.swp`, text);
  renameSync(`${file}.swp`, file);
}
const GMAP_C = TREE['arch/s390/mm/gmap.c'] ?? '';
const withFlag = (flag: number) => GMAP_C.replace('return 0;', `return ${flag};`);

describe.skipIf(!isThere)('s390-gmap kernel build --watch', () => {
  it('builds what is saved, tells what is other than before, and Ctrl-C leaves the last good code', async () => {
    const { child, ended, untilItWaits } = start();
    expect(await untilItWaits()).toMatch(
      /mine is built: Linux 6\.1\.7, .*\n2 recordings passed, 0 failed\n0 findings in 300 runs with seed 1\n$/,
    );
    save(withFlag(1));
    const unfit = await untilItWaits();
    expect(unfit).toMatch(/FAIL {2}.*b_alias\.trace: the code mine cannot be loaded/);
    expect(unfit).toContain('2 recordings with another verdict than before\n');
    expect(unfit).toMatch(/^error: fuzz: .* failed \(2\)\n/m);

    const manifest = join(stub.cache, 'codes/mine/code.json');
    const before = readFileSync(manifest, 'utf8');
    save(`${GMAP_C}int f(void) { return frob(); }\n`);
    expect(await untilItWaits()).toMatch(
      /^error: Linux 6\.1\.7, .* cannot be built: .*\n {2}arch\/s390\/mm\/gmap\.c:5: /m,
    );
    expect(readFileSync(manifest, 'utf8')).toBe(before);

    save(GMAP_C);
    const mended = await untilItWaits();
    expect(mended).toMatch(
      /pass {2}.*b_alias\.trace \(\d+ calls\)\n(?:.*\n)*2 recordings with another verdict than before\n/,
    );
    expect(mended).toContain('0 new findings in 300 runs with seed 1\n');
    // the same again
    save(GMAP_C);
    expect(await untilItWaits()).toBe('');

    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 0, signal: null });
    expect(readdirSync(join(stub.cache, 'codes')).sort()).toEqual(['mine', 'mine.lock']);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('tells findings that are new with the same seed, and those that are gone', async () => {
    const { ended, child, untilItWaits } = start();
    find('bug', 'lazy');
    await untilItWaits();
    find('bug', 'key');
    save(`${GMAP_C}/* another one */\n`);
    const said = await untilItWaits();
    expect(said).toContain('0 recordings with another verdict than before\n');
    expect(said).toMatch(
      /^FOUND rules: .*key.*, after gmap_fault \(call 2\)\n {6}it is so\n {4}> gmap_alloc\(mm0, 0x0\) = g0\n {4}> gmap_fault\(g0, 0x0, 0x1\) = 0\ngone {2}rules: .*lazy.*, after gmap_fault\n1 new finding in 300 runs with seed 1\n$/m,
    );
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ status: 143, signal: null });
  });

  it('a save ends the check of the one before', async () => {
    const { ended, child, untilItWaits } = start('--runs', '4294967296', '--time', '1h');
    await until(() => readdirSync(temporary).some((name) => name.startsWith('s390-gmap-watch-')));
    save(`${GMAP_C}int f(void) { return frob(); }\n`);
    expect(await untilItWaits()).toMatch(/cannot be built/);
    expect(readdirSync(temporary)).toEqual([]);
    child.kill('SIGHUP');
    expect(await ended).toMatchObject({ status: 129, signal: null });
  });
});

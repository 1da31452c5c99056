// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- valgrind: the tests of the core and of the fuzzer under valgrind.
import { readdirSync } from 'node:fs';
import { hasCommand } from '../setup.mjs';
import { Failure, step } from '../steps.mjs';
import { runChild, stopChildren } from './children.mjs';

const FOLDERS = ['out/plain/fuzz', 'out/plain/fuzz/core'];

const programs = () =>
  FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^(fuzz_)?test_[a-z0-9_]+$/.test(name))
      .map((name) => ({ id: name, program: `${folder}/${name}` })),
  );

export const valgrind = {
  name: 'valgrind',
  what: "the core's and the fuzzer's tests under valgrind",
  duration: '3 minutes',
  async prepare() {
    if (!hasCommand('valgrind'))
      throw new Failure('valgrind is not installed (Debian, Ubuntu: apt-get install valgrind).');
    await step('build the tests', 'sh', ['-c', 'cmake --preset plain && cmake --build --preset plain --parallel 2']);
  },
  pieces: programs,
  async run({ program }) {
    const args = ['--quiet', '--error-exitcode=1', '--leak-check=full', program];
    const { status, stdout, stderr } = await runChild('valgrind', args);
    return { ok: status === 0, text: status === 0 ? '' : `${stdout}${stderr}`.trim() };
  },
  summary: (results) => `${results.length} programs`,
  stop: stopChildren,
};

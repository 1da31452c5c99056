// SPDX-License-Identifier: GPL-2.0-only
/** Rewrites, compiles and runs C. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Rewritten, rewriteSource } from '../../../lib/own-code/rewrite/index.js';

const INCLUDE = fileURLToPath(new URL('../../../native/own-code/include', import.meta.url));
const RUNTIME = fileURLToPath(new URL('runtime.c', import.meta.url));
const CC = process.env.CC ?? 'cc';
const FLAGS = ['-std=gnu11', '-fno-strict-aliasing', '-w', '-Werror=implicit-function-declaration', '-O2'];

/** Runs with a folder that is gone afterwards. */
function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-rewrite-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a program rewritten as the tree's file prints, line by line, with `runtime.c`. */
export function runRewritten(program: string, suffix = 'gmap'): { lines: string[]; rewritten: Rewritten } {
  return inFolder((folder) => {
    const [file, preprocessed, binary] = ['program.c', 'program.i', 'program'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, program);
    const text = execFileSync(CC, ['-E', '-std=gnu11', '-I', INCLUDE, '-include', 'own/instructions.h', file], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const rewritten = rewriteSource(text, { file, suffix });
    writeFileSync(preprocessed, rewritten.text);
    const sources = ['-x', 'cpp-output', preprocessed, '-x', 'c', '-I', INCLUDE, RUNTIME];
    execFileSync(CC, [...FLAGS, ...sources, '-o', binary], { encoding: 'utf8', stdio: 'pipe' });
    return { lines: linesOf(execFileSync(binary, { encoding: 'utf8' })), rewritten };
  });
}

/** What the same program prints on an s390x; none if there is no compiler or emulator. */
export function runOnS390(program: string): string[] | undefined {
  const [compiler, emulator] = ['s390x-linux-gnu-gcc', 'qemu-s390x'];
  const isThere = [compiler, emulator].every((command) => spawnSync(command, ['--version']).status === 0);
  if (!isThere) return undefined;
  return inFolder((folder) => {
    const [file, binary] = [join(folder, 'program.c'), join(folder, 'program')];
    writeFileSync(file, program);
    execFileSync(compiler, ['-std=gnu11', '-w', '-march=z14', '-O1', '-static', file, '-o', binary]);
    return linesOf(execFileSync(emulator, [binary], { encoding: 'utf8' }));
  });
}

/** What a compiler says of a rewritten text: `file:line` of each error. */
export function errorsOf(text: string): string[] {
  const { stderr } = spawnSync(CC, ['-fsyntax-only', '-w', '-x', 'cpp-output', '-'], { input: text, encoding: 'utf8' });
  return [...stderr.matchAll(/^([^:\n]+:\d+):\d+: error/gm)].map(([, place = '']) => place);
}

function linesOf(output: string): string[] {
  return output.split('\n').filter(Boolean);
}

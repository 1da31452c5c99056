// SPDX-License-Identifier: GPL-2.0-only
/** Which lines of a tree return addresses in its code's addon are: addr2line reads the addon's debug information. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BuiltCode } from './manifest.js';

/** A place in a tree's source. */
export interface SourceLine {
  readonly function: string;
  /** Below the tree's folder: `arch/s390/mm/gmap.c`. */
  readonly file: string;
  readonly line: number;
}

const PROGRAMS = ['addr2line', 'llvm-addr2line'];

/**
 * For each address the line that calls from there, and those that it was inlined into: the innermost first, of the tree's files only.
 * Undefined where there is no program that could tell.
 */
export function sourceLines(code: BuiltCode, returnAddresses: readonly bigint[]): SourceLine[][] | undefined {
  // What returns to an address was called just before it, perhaps at the end of its function.
  const input = returnAddresses.map((address) => `0x${BigInt.asUintN(64, address - 1n).toString(16)}\n`).join('');
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  for (const program of PROGRAMS) {
    const { status, stdout } = spawnSync(program, ['-a', '-f', '-i', '-e', code.addon], options);
    if (status === 0) return readLines(stdout, code.tree ?? join(code.folder, 'tree'));
  }
  return undefined;
}

/** What `addr2line -a -f -i` says: an address, and for each line a function and `FILE:LINE (discriminator 1)`. */
function readLines(text: string, folder: string): SourceLine[][] {
  const all: SourceLine[][] = [];
  const lines = text.split('\n');
  for (let at = 0; at + 1 < lines.length; ) {
    const first = lines[at] ?? '';
    if (first.startsWith('0x')) {
      all.push([]);
      at++;
      continue;
    }
    const [, file = '', line = ''] = /^(.*):([0-9]+)/.exec(lines[at + 1] ?? '') ?? [];
    if (file.startsWith(`${folder}/`))
      all.at(-1)?.push({ function: first, file: file.slice(folder.length + 1), line: Number(line) });
    at += 2;
  }
  return all;
}

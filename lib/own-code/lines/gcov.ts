// SPDX-License-Identifier: GPL-2.0-only
/** What `llvm-cov gcov -b -i` says of a program that has run: how often each line did, and which branches were taken. */

export interface CountedFunction {
  readonly name: string;
  /** The line where it begins. */
  readonly line: number;
  readonly calls: number;
}

export interface CountedFile {
  readonly path: string;
  /** How often a line ran; lines without code are not in it. */
  readonly lines: ReadonlyMap<number, number>;
  readonly functions: readonly CountedFunction[];
  /** The branches of a line: whether each was taken. */
  readonly branches: ReadonlyMap<number, readonly boolean[]>;
}

interface Growing {
  readonly path: string;
  readonly lines: Map<number, number>;
  readonly functions: CountedFunction[];
  readonly branches: Map<number, boolean[]>;
}

/** All files that code came from, headers too. */
export function parseGcov(text: string): CountedFile[] {
  const files: Growing[] = [];
  for (const line of text.split('\n')) {
    const [, kind = '', rest = ''] = /^(\w+):(.*)$/.exec(line) ?? [];
    if (kind === 'file') files.push({ path: rest, lines: new Map(), functions: [], branches: new Map() });
    else if (files.length > 0) readLine(files[files.length - 1] as Growing, kind, rest.split(','));
  }
  return files;
}

function readLine(file: Growing, kind: string, [first = '', second = '', third = '']: readonly string[]): void {
  const line = Number(first);
  if (kind === 'function') file.functions.push({ name: third, line, calls: Number(second) });
  else if (kind === 'lcount') file.lines.set(line, (file.lines.get(line) ?? 0) + Number(second));
  else if (kind === 'branch') file.branches.set(line, [...(file.branches.get(line) ?? []), second === 'taken']);
}

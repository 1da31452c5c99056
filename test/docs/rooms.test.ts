// SPDX-License-Identifier: GPL-2.0-only
/** The lints of includes and imports: what they refuse. That the repository has none of it is the lints' own business. */
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a script, without types
import { circles, wrongFileAccess, wrongImports } from '../../scripts/lint-imports.mjs';
// @ts-expect-error: a script, without types
import { wrongIncludes } from '../../scripts/lint-includes.mjs';

const files = (texts: Record<string, string>) =>
  new Map(Object.entries({ 'core/machine/undo.h': '', 'core/linux/gmap/pgtable.h': '', ...texts }));
const problems = (texts: Record<string, string>): string[] => wrongIncludes(files(texts));

describe('wrongIncludes', () => {
  it('lets a file include its own room and those below', () => {
    expect(problems({ 'core/program/interp.c': '#include "core/machine/undo.h"\n' })).toEqual([]);
    expect(problems({ 'core/machine/undo.c': '#include <stdlib.h>\n#include "core/machine/undo.h"\n' })).toEqual([]);
  });

  it('refuses what leads up', () => {
    expect(problems({ 'core/hardware/dat.h': '#include "core/linux/gmap/pgtable.h"\n' })).toEqual([
      'native/core/hardware/dat.h: #include "core/linux/gmap/pgtable.h" leads up, from core/hardware to core/linux/gmap',
    ]);
  });

  it('knows where the kernel calls up', () => {
    const text = '#include "core/linux/gmap/pgtable.h"\n';
    expect(problems({ 'core/linux/mm/zap.c': text })).toEqual([]);
    expect(problems({ 'core/linux/profile.c': text })).toHaveLength(1);
  });

  it('refuses paths that are not from native/ on', () => {
    expect(problems({ 'core/linux/mm/zap.c': '#include "zap.h"\n' })).toEqual([
      'native/core/linux/mm/zap.c: #include "zap.h" is not the path of a file of a room, from native/ on',
    ]);
  });
});

describe('wrongFileAccess', () => {
  const wrong = (file: string, text: string): string[] => wrongFileAccess(new Map([[file, text]]));

  it.each([
    "import { readFileSync } from 'node:fs';",
    "import type { Dirent } from 'node:fs';",
    "import fs from 'fs/promises';",
    "const { readFile } = await import('node:fs/promises');",
    "createRequire(import.meta.url)('x'); require('fs');",
  ])('refuses %s outside of lib/files/', (text) => {
    expect(wrong('cli/run.ts', text)).toEqual(['lib/cli/run.ts: only lib/files/ imports node:fs']);
    expect(wrong('files/read.ts', text)).toEqual([]);
    expect(wrong('cli/run.ts', "import { readText } from '../files/read.js';")).toEqual([]);
  });
});

describe('wrongImports', () => {
  const wrong = (file: string, text: string): string[] => wrongImports(new Map([[file, text]]));

  it('refuses what leads up, but for types', () => {
    const up = "from '../kernel/index.js';\n";
    expect(wrong('trace/parse.ts', `import { Session } ${up}`)).toEqual([
      "lib/trace/parse.ts: '../kernel/index.js' leads from trace to kernel",
    ]);
    expect(wrong('trace/parse.ts', `import type { Session } ${up}import { type Session as Other } ${up}`)).toEqual([]);
    expect(wrong('cli/run.ts', `import { Session } ${up}`)).toEqual([]);
  });

  it('sees circles', () => {
    const files = new Map([
      ['a.ts', "import { b } from './b.js';\n"],
      ['b.ts', "import { c } from './c.js';\n"],
      ['c.ts', "import { a } from './a.js';\n"],
    ]);
    expect(circles(files)).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });
});

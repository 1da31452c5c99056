// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel is a row; an operation is a row, a function, a method, a line of lib/raw.ts and one of docs/trace-format.md. Each is tried on a copy of
 * the sources in out/rows/ that has one more of them, and nothing else that is changed: it builds, and passes all tests.
 *
 *   node scripts/rows.mjs          builds the core, runs its tests, and checks the types: what CI does
 *   npm run check:long -- rows     all tests
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyRepository } from './copy.mjs';
import { isMain, script, step } from './steps.mjs';

/** The text with `more` before the first line that begins with `line`. */
function before(text, line, more) {
  const at = text.indexOf(line);
  if (at < 0) throw new Error(`there is no "${line.trim()}"`);
  return text.slice(0, at) + more + text.slice(at);
}

/** The newest kernel under another name. */
const anotherKernel = (profiles) =>
  profiles + profiles.slice(profiles.lastIndexOf('PROFILE(')).replace(/"[^"]+"/, '"linux-9.9"');

export const rows = [
  {
    name: 'a kernel',
    edits: { 'native/core/linux/profiles.def': anotherKernel },
    test: `
import { expect, it } from 'vitest';
import { Machine } from '../lib/index.js';

it('is a kernel that machines can behave like', () => {
  using machine = new Machine({ kernel: '9.9' });
  expect(machine.kernel).toBe('linux-9.9');
  expect(machine.mm.createGmap(0n).ok).toBe(true);
});
`,
  },
  {
    name: 'an operation',
    edits: {
      'native/abi/ops.def': (text) => `${text}OP(gmap_asce, WORD, 1, (ARG_GMAP), (g),
   ALL_KERNELS, UNPREDICTED, BY_NOBODY, METHOD(readAsce))
`,
      'native/core/program/operations_gmap.c': (text) => `${text}
struct reply op_gmap_asce(struct machine *m, struct gmap *gmap, const struct call *call)
{
	(void)m;
	(void)call;
	return answer(gmap->asce);
}
`,
      'lib/machine/gmap.ts': (text) =>
        before(
          text,
          '  /** The next guest entry on the current CPU uses this gmap',
          `  /** The ASCE. Kernel: gmap_asce. */
  readAsce(): bigint {
    const answer = this.#native.gmap_asce(this.#handle);
    return answer === undefined ? wordOf(this.#native) : this.#context.throwAnswer('gmap_asce', answer);
  }

`,
        ),
      'lib/raw.ts': (text) => `${text}
export const gmap_asce: RawFunction<'gmap_asce'> = raw('gmap_asce');
`,
      'docs/trace-format.md': (text) => before(text, '| `gmaps(mm) =', '| `gmap_asce(g) = asce` | |\n'),
    },
    test: `
import { expect, it } from 'vitest';
import { Machine, parseTrace, printTrace, runTrace, unwrap } from '../lib/index.js';

it('is an operation of the class, and of traces', () => {
  using machine = new Machine();
  const gmap = unwrap(machine.mm.allocGmap(0n));
  expect(gmap.readAsce()).toBe(gmap.asce);
  const program = parseTrace('# gmap-trace 1\\ngmap_alloc(mm0, 0) = g0\\ngmap_asce(g0)\\n', 'program');
  expect(printTrace(runTrace(program))).toContain(\`gmap_asce(g0) = 0x\${gmap.asce.toString(16)}\`);
});
`,
  },
];

/** A copy with one more row. Answers its folder. */
export function copyWith({ name, edits, test }) {
  const folder = copyRepository(join('rows', name.replaceAll(' ', '-')));
  for (const [file, edit] of Object.entries(edits))
    writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), 'utf8')));
  writeFileSync(join(folder, 'test/row.test.ts'), test);
  return folder;
}

/** What must pass in a copy: `[title, command, arguments]`. */
export const quickChecks = [
  ['configure the core', 'cmake', ['-S', 'native/fuzz', '-B', 'out/rows', '-DCMAKE_BUILD_TYPE=Debug']],
  ['build the core', 'cmake', ['--build', 'out/rows', '--parallel', '2']],
  ['test the core', 'ctest', ['--test-dir', 'out/rows', '--output-on-failure', '-j', '2']],
  ['generate lib/generated/', process.execPath, ['scripts/generate-abi.mjs']],
  ['types', process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']],
];
export const allChecks = [
  ...quickChecks,
  ['build', process.execPath, ['scripts/build.mjs']],
  ['all TypeScript tests', process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default']],
];

if (isMain(import.meta.url)) {
  await script(async () => {
    for (const row of rows) {
      const cwd = copyWith(row);
      for (const [title, command, args] of quickChecks) await step(`${row.name}: ${title}`, command, args, { cwd });
    }
  });
}

// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz cover DIR`: which lines and branches of the core, or of a built code, a corpus reaches, by clang and llvm-cov. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { requireThere } from '../../files/folders.js';
import type { FileCoverage } from '../../fuzz/file-coverage.js';
import { measureCoverage } from '../../fuzz/line-coverage.js';
import type { FuzzCoverJson } from '../../json/index.js';
import { largest } from '../../largest.js';
import { visible } from '../../visible.js';
import { codeOption } from '../code.js';
import { printSkipped } from '../files.js';
import { printJson } from '../json.js';
import { withSteps } from '../kernel/progress.js';

interface Options {
  readonly output: string;
  readonly code?: string;
  readonly json?: boolean;
}

export function registerFuzzCover(fuzz: Command): void {
  fuzz
    .command('cover')
    .description('which lines and branches of gmap.c and the rest of the core a corpus reaches')
    .argument('<corpus>', 'a folder of inputs and traces')
    .option('-o, --output <folder>', 'where the HTML goes', 'coverage')
    .addOption(codeOption("of a built code: its tree's own gmap.c and pgtable.c"))
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nNeeds clang and llvm (llvm-cov, llvm-profdata).')
    .action(cover);
}

async function cover(corpus: string, { output, code, json }: Options): Promise<void> {
  requireThere(corpus);
  const files = await withSteps(async (onProgress) => {
    if (code === undefined)
      return measureCoverage(corpus, output, { onStep: (step) => onProgress({ step }), onSkipped: printSkipped });
    const { coverCode } = await import('./cover-code.js');
    return coverCode(code, corpus, output, onProgress);
  });
  if (json) printJson<FuzzCoverJson>({ output, files });
  else print(files, output);
}

function print(files: readonly FileCoverage[], output: string): void {
  const rows = files.map(({ file, lines, branches }) => [
    basename(file),
    `${lines.covered} of ${lines.count}`,
    share(lines),
    `${branches.covered} of ${branches.count}`,
    share(branches),
  ]);
  const header = ['file', 'lines', '', 'branches', ''];
  const widths = header.map((_, i) => largest([header, ...rows].map((row) => row[i]?.length ?? 0)));
  for (const row of [header, ...rows]) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    console.log(cells.join('  ').trimEnd());
  }
  for (const { file, never = [] } of files)
    if (never.length > 0) console.log(`never called in ${basename(file)}: ${never.map(visible).join(', ')}`);
  console.log(`line by line: ${visible(output)}/index.html`);
}

function share({ covered, count }: { readonly covered: number; readonly count: number }): string {
  return count === 0 ? '' : `${((100 * covered) / count).toFixed(1)}%`;
}

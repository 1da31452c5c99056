// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz cover DIR`: which lines and branches of the core a corpus reaches, by clang and llvm-cov. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { requireThere } from '../../files/folders.js';
import { type FileCoverage, measureCoverage } from '../../fuzz/line-coverage.js';
import { largest } from '../../largest.js';
import { visible } from '../../visible.js';
import { printSkipped } from '../files.js';
import { withSteps } from '../kernel/progress.js';

interface Options {
  readonly output: string;
  readonly json?: boolean;
}

export function registerFuzzCover(fuzz: Command): void {
  fuzz
    .command('cover')
    .description('which lines and branches of gmap.c and the rest of the core a corpus reaches')
    .argument('<corpus>', 'a folder of inputs and traces')
    .option('-o, --output <folder>', 'where the HTML goes', 'coverage')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nNeeds clang and llvm (llvm-cov, llvm-profdata).')
    .action(cover);
}

async function cover(corpus: string, { output, json }: Options): Promise<void> {
  requireThere(corpus);
  const files = await withSteps((onProgress) =>
    measureCoverage(corpus, output, { onStep: (step) => onProgress({ step }), onSkipped: printSkipped }),
  );
  if (json) console.log(JSON.stringify({ output, files }, null, 2));
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
  console.log(`line by line: ${visible(output)}/index.html`);
}

function share({ covered, count }: { readonly covered: number; readonly count: number }): string {
  return count === 0 ? '' : `${((100 * covered) / count).toFixed(1)}%`;
}

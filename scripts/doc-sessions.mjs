// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sessions that a page shows are what happens: each command of a `console` block, and each `js` block with the `text` block
 * behind it, is run and compared.
 *
 *   node scripts/doc-sessions.mjs [PAGE]            fails if one prints something else; docs/inspecting.md unless told otherwise
 *   node scripts/doc-sessions.mjs [PAGE] --write    puts what they print into the page
 *
 * ~/linux, of docs/own-code.md, is the tree of the code linux-6.1, which must have been built.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, isMain, root, script } from './steps.mjs';

const page = process.argv.slice(2).find((argument) => argument !== '--write') ?? 'docs/inspecting.md';
const CLI = 'npm run -s s390-gmap -- ';
const BLOCK = /```console\n([\s\S]*?)```|```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g;

const { cacheFolder } = await import('../dist/kernel/index.js');
const tree = join(cacheFolder(), 'codes/linux-6.1/tree');

/** The page as it should be. */
export function rerun(text) {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-'));
  try {
    // Where what a command writes does not stay; the commands name recordings as in the repository.
    for (const name of ['examples', 'recordings', 'test']) symlinkSync(join(root, name), join(folder, name));
    return text.replace(BLOCK, (_, session, code) =>
      code === undefined
        ? `\`\`\`console\n${rerunSession(session, folder)}\`\`\``
        : `\`\`\`js\n${code}\`\`\`\n\n\`\`\`text\n${runCode(code, folder)}\`\`\``,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rerunSession = (session, folder) =>
  session
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) => `${line}\n${runCommand(line.slice(2), folder)}`)
    .join('');

/** The command line as it was built, without npm between; a filter behind it stays a filter. */
function runCommand(command, folder) {
  const line = command.replaceAll(CLI, `${process.execPath} ${root}dist/cli/main.js `).replaceAll('~/linux', tree);
  return run('bash', ['-c', line], folder);
}

function runCode(code, folder) {
  const entry = (name) => JSON.stringify(pathToFileURL(join(root, 'dist', name)).href);
  const file = join(folder, 'example.mjs');
  writeFileSync(
    file,
    code.replace(/'s390-gmap(?:\/(\w+))?'/g, (_, room) => entry(room ? `${room}/index.js` : 'index.js')),
  );
  return run(process.execPath, [file], folder);
}

function run(command, args, cwd) {
  const { stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return stdout + stderr;
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const text = readFileSync(page, 'utf8');
    const now = rerun(text);
    if (now === text) return;
    if (!process.argv.includes('--write'))
      throw new Failure(`${page} shows what does not happen: node scripts/doc-sessions.mjs ${page} --write`);
    writeFileSync(page, now);
  });
}

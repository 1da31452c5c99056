// SPDX-License-Identifier: GPL-2.0-only
/** When the addon is loaded, and what is said where that is not possible. The package without its addon is a copy of it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 's390-gmap loading ')); // with spaces
const copy = join(scratch, 'node_modules', 's390-gmap');
const addon = join(root, 'build/Release/s390_gmap.node');
const trace = join(root, 'recordings/linux-4.7/b_alias.trace');

beforeAll(() => {
  mkdirSync(copy, { recursive: true });
  for (const name of ['dist', 'package.json', 'kernel'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(scratch, { recursive: true }));

function node(args: readonly string[], env: Record<string, string> = {}) {
  const { S390_GMAP_ADDON, ...others } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: scratch,
    env: { ...others, NO_COLOR: '1', XDG_CACHE_HOME: join(scratch, 'cache'), ...env },
  });
  return { status, stdout, stderr };
}

const cli = (...args: string[]) => node([join(copy, 'dist/cli/main.js'), ...args]);
const program = (text: string, env?: Record<string, string>) =>
  node(['--no-warnings', '--input-type=module', '--eval', text], env).stdout;
const useMachine = `import { Machine } from ${JSON.stringify(join(copy, 'dist/index.js'))};
  try { new Machine().close(); console.log('works'); } catch (error) { console.log(error.name, error.code, error.message); }`;

describe('without the addon', () => {
  it.each([
    [['--help'], 'Usage: s390-gmap'],
    [['--version'], (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version],
    [['check', trace], ''],
    [['kernel', 'list'], '6.1'],
  ])('%j works', (args, text) => {
    const { status, stdout, stderr } = cli(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(text);
  });

  it('the help of every command works', () => {
    const stdout = program(`
      import { createProgram } from ${JSON.stringify(join(copy, 'dist/cli/program.js'))};
      const show = (command) => { console.log(command.helpInformation().split('\\n')[0]); command.commands.forEach(show); };
      show(await createProgram());`);
    const usages = stdout.trim().split('\n');
    expect(usages.length).toBeGreaterThan(20);
    for (const usage of usages) expect(usage).toMatch(/^Usage: s390-gmap/);
    for (const command of ['convert', 'fuzz minimize', 'kernel build', 'repl'])
      expect(stdout).toContain(`Usage: s390-gmap ${command} `);
  });

  it('convert works', () => {
    const to = join(scratch, 'converted.bin');
    expect(cli('convert', trace, to)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(cli('convert', to, join(scratch, 'back.trace'))).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(scratch, 'back.trace'), 'utf8')).toContain('gmap_map_segment(');
  });

  it.each([
    ['replay', trace],
    ['run', trace],
    ['vtop', trace, 'g0', '0'],
    ['fuzz', '--runs', '1'],
  ])('%s %s says how to build it', (...args) => {
    const { status, stderr } = cli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('a C/C++ compiler, make and python3');
    expect(stderr).toContain(`\n  npx --yes node-gyp rebuild --directory "${join(copy, 'native/addon')}"\n`);
  });

  it('importing the package is possible, and what needs the addon throws', () => {
    expect(program(useMachine)).toMatch(/^AddonError ERR_GMAP_ADDON s390-gmap: its native addon cannot be loaded/);
  });
});

describe('S390_GMAP_ADDON', () => {
  it('names the file, by any path', () => {
    for (const S390_GMAP_ADDON of [addon, relative(scratch, addon)])
      expect(program(useMachine, { S390_GMAP_ADDON })).toBe('works\n');
  });

  it('is read when the addon is needed first, so a program can set it', () => {
    const set = `process.env.S390_GMAP_ADDON = ${JSON.stringify(addon)};`;
    expect(program(`${useMachine} ${set} ${useMachine.split('\n')[1]}`)).toMatch(/^AddonError .*(\n.*)+works\n$/);
  });

  it('comes before what is found', () => {
    const S390_GMAP_ADDON = join(scratch, 'nowhere.node');
    const output = program(useMachine.replace(copy, root), { S390_GMAP_ADDON });
    expect(output).toMatch(
      /^AddonError ERR_GMAP_ADDON .* S390_GMAP_ADDON names ".*nowhere\.node": there is no such file\n$/,
    );
  });

  it.each([
    ['text.node', 'no library', /: .*\n$/],
    ['other.cjs', 'exports.open = () => {};', /, which is no addon of this version of the package\n$/],
    ['nothing.cjs', 'module.exports = undefined;', /, which is no addon of this version of the package\n$/],
  ])('says that %s is none', (name, text, why) => {
    const S390_GMAP_ADDON = join(scratch, name);
    writeFileSync(S390_GMAP_ADDON, text);
    const output = program(useMachine, { S390_GMAP_ADDON });
    expect(output).toContain(`AddonError ERR_GMAP_ADDON`);
    expect(output).toContain(`S390_GMAP_ADDON names "${S390_GMAP_ADDON}"`);
    expect(output).toMatch(why);
    expect(output.trim().split('\n')).toHaveLength(1);
  });
});

/** What bundlers do to the package, without one: scripts/package/ has real ones. */
describe.each([
  ['modules', (text: string) => text],
  ['CommonJS, which has no import.meta.url', (text: string) => text.replace('import.meta.url', 'undefined')],
])('in a bundle of %s', (_, change) => {
  const bundle = mkdtempSync(join(tmpdir(), 's390-gmap-bundle-'));
  afterAll(() => rmSync(bundle, { recursive: true }));
  const inBundle = (name: string) => JSON.stringify(join(bundle, 'dist', name));
  const use = useMachine.replace(copy, bundle);

  beforeAll(() => {
    cpSync(join(root, 'dist'), join(bundle, 'dist'), { recursive: true });
    const file = join(bundle, 'dist/package-root.js');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    writeFileSync(join(bundle, 'package.json'), '{ "name": "of-the-user", "type": "module" }');
    // An addon of the user's, where node-gyp-build looks.
    mkdirSync(join(bundle, 'build/Release'), { recursive: true });
    cpSync(addon, join(bundle, 'build/Release/theirs.node'));
    symlinkSync(join(root, 'node_modules'), join(bundle, 'node_modules'));
  });

  it('says what bundlers must be told, and that the addon can be named', () => {
    const output = program(use);
    expect(output).toContain('AddonError ERR_GMAP_ADDON s390-gmap: its native addon cannot be loaded');
    expect(output).toContain('--external:s390-gmap');
    expect(output).toContain(`native/prebuilds/${process.platform}-${process.arch}/ and set S390_GMAP_ADDON`);
    expect(output).not.toContain('node-gyp');
  });

  it('works with the named addon', () => {
    expect(program(use, { S390_GMAP_ADDON: addon })).toBe('works\n');
  });

  it('what needs other files of the package says that they are not there', () => {
    const output = program(
      `import { parseTrace } from ${inBundle('index.js')};
       import { filmPage, hasExplorer, shootFilm } from ${inBundle('inspect/index.js')};
       import { fuzz, runCampaign } from ${inBundle('fuzz/index.js')};
       console.log(hasExplorer(), (await fuzz({ runs: 10 })).runs);
       for (const work of [
         () => filmPage(shootFilm(parseTrace('# gmap-trace 1\\n'))),
         () => runCampaign({ runs: 10, jobs: 2 }),
       ])
         try { await work(); console.log('done'); } catch ({ name, message }) { console.log(name + ': ' + message); }`,
      { S390_GMAP_ADDON: addon },
    );
    const reason = 'only the code of s390-gmap was bundled. Leave the package out of the bundle ("external")';
    expect(output.trimEnd().split('\n')).toEqual([
      'false 10',
      `FileError: cannot find dist/explorer.html: ${reason}`,
      `FileError: cannot find dist/fuzz/job.js: ${reason}`,
    ]);
  });
});

const permission = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);

describe('under --permission', () => {
  const use = `import { Machine } from ${JSON.stringify(join(root, 'dist/index.js'))};
    try { new Machine().close(); console.log('works'); } catch (error) { console.log(error.code, error.message); }`;
  const runWith = (env: Record<string, string>, ...flags: string[]) =>
    node([permission ?? '', ...flags, '--no-warnings', '--input-type=module', '--eval', use], env).stdout;
  const run = (...flags: string[]) => runWith({}, ...flags);

  it('says what is missing', () => {
    expect(permission).toBeDefined();
    for (const flags of [
      ['--allow-fs-read=*'],
      [`--allow-fs-read=${root}*`],
      ['--allow-addons', `--allow-fs-read=${root}*`],
    ]) {
      const output = run(...flags);
      if (output === 'works\n') continue;
      expect(output).toContain('ERR_GMAP_ADDON');
      expect(output).toContain('--allow-addons --allow-fs-read=');
    }
  });

  it('works with what it asks for', () => {
    expect(run('--allow-addons', `--allow-fs-read=${root}*`, '--allow-fs-read=/etc/alpine-release')).toBe('works\n');
  });

  it('looks at no other files for a named addon', () => {
    const env = { S390_GMAP_ADDON: addon };
    expect(runWith(env, '--allow-addons', `--allow-fs-read=${root}*`)).toBe('works\n');
    expect(runWith(env, `--allow-fs-read=${root}*`)).toContain(`--allow-addons --allow-fs-read=${addon}\n`);
  });
});

// SPDX-License-Identifier: GPL-2.0-only
// The commands that make pages.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseTrace } from '../../dist/index.js';
import { filmPage, shootFilm } from '../../dist/inspect/index.js';
import { openPage, recording } from './browser.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 's390-gmap-view-'));
afterAll(() => rmSync(folder, { recursive: true }));

function cli(args: readonly string[], input = '') {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, input, encoding: 'utf8' });
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('s390-gmap view', () => {
  it('makes a page beside which nothing is needed', async () => {
    const file = write('alias.trace', recording('b_alias'));
    expect(cli(['view', file])).toMatchObject({ status: 0, stdout: 'alias.html\n', stderr: '' });
    const page = await openPage(readFileSync(join(folder, 'alias.html'), 'utf8'));
    await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('alias.trace');
    await expect.poll(() => page.getByRole('slider').getAttribute('aria-valuemax')).toBe('29');
  });

  it('takes standard input and -o, and prints the film as JSON', () => {
    expect(cli(['view', '-', '-o', 'page.html'], recording('h_fork')).stdout).toBe('page.html\n');
    expect(existsSync(join(folder, 'page.html'))).toBe(true);
    const film = JSON.parse(cli(['view', '-', '--json'], recording('h_fork')).stdout);
    expect(film).toMatchObject({ format: 'gmap-film 1', kernel: 'linux-4.7', firstDifference: null });
  });

  it('says that a page is an excerpt', async () => {
    write('part.trace', recording('b_alias'));
    const lines = ['--from', '5', '--to', '12'];
    expect(cli(['view', 'part.trace', ...lines])).toMatchObject({ status: 0, stdout: 'part.html\n', stderr: '' });
    const film = JSON.parse(cli(['view', 'part.trace', '--json', ...lines]).stdout);
    const page = await openPage(readFileSync(join(folder, 'part.html'), 'utf8'));
    const { from, total } = film.excerpt;
    await expect
      .poll(() => page.locator('.excerpt').innerText())
      .toContain(`excerpt: calls ${from + 1} to ${from + film.calls.length} of ${total}`);
  });

  it('says which code ran, in the line of the title and in that of the window', async () => {
    const film = shootFilm(parseTrace('# gmap-trace 1\n# kernel: linux-6.1\ngmap_create(mm0, 0xffff)\n', 'mine.trace'));
    const page = await openPage(filmPage({ ...film, code: 'mine' }));
    await expect.poll(() => page.locator('.about').innerText()).toBe('linux-6.1 executed by the code mine');
    expect(await page.title()).toBe('mine.trace · mine · s390-gmap');
    const port = await openPage(filmPage(film));
    await expect.poll(() => port.locator('.about').innerText()).toBe('linux-6.1 executed by the model');
    expect(await port.title()).toBe('mine.trace · s390-gmap');
  });

  it('shows tables in a box by where they are in storage that does not begin at 0', async () => {
    const film = shootFilm(parseTrace('# gmap-trace 1\n# kernel: linux-6.1\ngmap_create(mm0, 0xffff)\n', 'mine.trace'));
    const [origin = ''] = film.start.flatMap(([map, , , after]) => (map === 'space' && after ? after.split(' ') : []));
    const start = 2 ** 45;
    const top = Number.parseInt(origin, 16) - (Number.parseInt(origin, 16) % 4096);
    const moved = film.start.map((patch) =>
      patch[0] === 'space'
        ? [patch[0], patch[1], null, `${(Number.parseInt(origin, 16) + start).toString(16)} 0`]
        : patch,
    ) as typeof film.start;
    const page = await openPage(filmPage({ ...film, code: 'mine', storageStart: start, start: moved, calls: [] }));
    const box = page.locator('.box.table').first();
    await expect.poll(() => box.locator('.name').innerText()).toMatch(new RegExp(`^RTTE \\+0x${top.toString(16)}\\b`));
    expect(await box.getAttribute('title')).toContain(` at 0x${(top + start).toString(16)}, for mm0 0x0`);
  });

  it.each([
    [['nowhere.trace'], /^error: cannot read nowhere.trace: no such file or directory\n$/],
    [['alias.trace', '-o', 'no/where.html'], /^error: cannot write no\/where.html: no such file or directory\n$/],
    [['alias.trace', '--kernel', 'x'], /^error: unknown kernel "x"; the model knows linux-4.7, /],
    [['broken.trace'], /^error: broken.trace:2:1: /],
  ])('explains %s', (args, message) => {
    write('broken.trace', '# gmap-trace 1\n!\n');
    const { status, stderr } = cli(['view', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('s390-gmap view of a crash dump', () => {
  const fixture = (name: string) =>
    fileURLToPath(new URL(`../../test/dump/fixtures/linux-6.12${name}`, import.meta.url));

  it('makes a page of one picture: what is wrong, the tables, no calls', async () => {
    const args = ['view', fixture('-stray.kdump'), '--types', fixture('.btf'), '-o', 'dump.html'];
    expect(cli(args)).toMatchObject({ status: 0, stdout: 'dump.html\n', stderr: '' });
    const page = await openPage(readFileSync(join(folder, 'dump.html'), 'utf8'));
    await expect
      .poll(() => page.locator('.about').innerText())
      .toMatch(/^6\.12\.\S+ a crash dump \(kdump-compressed\)$/);
    const panel = page.getByRole('region', { name: 'The dump' });
    expect(await panel.getByRole('heading', { level: 2 }).innerText()).toBe('1 problem');
    expect(await panel.locator('.problems').innerText()).toMatch(/^I6 g0: segment 0x900000 uses the page table of /);
    expect(await page.getByRole('slider').count()).toBe(0);
    expect(await page.getByRole('region', { name: 'All calls' }).count()).toBe(0);
    await panel.getByRole('button', { name: 'g1' }).click();
    await expect.poll(() => page.locator('.lookup select').inputValue()).toBe('g1');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').innerText()).not.toContain('Page Up');
  });
});

describe('s390-gmap replay --view', () => {
  it('makes a page for each recording that fails', async () => {
    write('good.trace', recording('b_alias'));
    write('bad.trace', recording('b_alias').replace('-EEXIST', '0'));
    const { status, stdout } = cli(['replay', 'good.trace', 'bad.trace', '--view', 'pages']);
    expect(status).toBe(1);
    expect(stdout).toContain('see pages/bad.html\n');
    expect(readdirSync(join(folder, 'pages'))).toEqual(['bad.html']);
    const page = await openPage(readFileSync(join(folder, 'pages/bad.html'), 'utf8'));
    await page.getByRole('button', { name: /differs at line 17/ }).waitFor();
  });
});

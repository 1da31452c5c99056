// SPDX-License-Identifier: GPL-2.0-only
/** Pages in a real browser, from the file system, without a network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { parseTrace } from '../../dist/index.js';
import { filmPage, shootFilm } from '../../dist/inspect/index.js';

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-explorer-'));
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    // scripts/test.mjs looks for it.
    executablePath: process.env.S390_GMAP_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** The text of a recording of the repository. */
export function recording(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../recordings/linux-4.7/${name}.trace`, import.meta.url)), 'utf8');
}

export interface OpenOptions extends BrowserContextOptions {
  /** `call=3` */
  readonly hash?: string;
}

/** The page of a trace. The test fails if it writes to the console, throws, or asks for anything from elsewhere. */
export function openTrace(text: string, options: OpenOptions = {}): Promise<Page> {
  return openPage(filmPage(shootFilm(parseTrace(text, 'test.trace'))), options);
}

export async function openPage(html: string, { hash = '', ...options }: OpenOptions = {}): Promise<Page> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) trouble.push(request.url());
  });
  onTestFinished(async () => {
    await context.close();
    expect(trouble).toEqual([]);
  });
  await page.goto(`${pathToFileURL(file).href}${hash && `#${hash}`}`);
  return page;
}

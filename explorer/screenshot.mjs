// SPDX-License-Identifier: GPL-2.0-only
// node explorer/screenshot.mjs: docs/explorer.png, for the README. Needs Chromium, and npm run build:explorer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { parseTrace } from '../dist/index.js';
import { filmPage, shootFilm } from '../dist/inspect/index.js';
import { findChromium } from '../scripts/chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const recording = 'recordings/linux-4.7/d_trig_mprotect_ro.trace';
/** The call that takes the write permission away from pages that a notifier waits for. */
const LINE = 27;

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-'));
const executablePath = findChromium('the screenshot');
if (executablePath) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const file = join(folder, 'page.html');
    writeFileSync(file, filmPage(shootFilm(parseTrace(readFileSync(join(root, recording), 'utf8'), recording))));
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
    await page.goto(`${pathToFileURL(file).href}#line=${LINE}`);
    await page.locator('.box.level-PTE').click();
    await page.getByRole('slider').focus();
    await page.screenshot({ path: join(root, 'docs/explorer.png') });
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

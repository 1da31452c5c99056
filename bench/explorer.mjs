// SPDX-License-Identifier: GPL-2.0-only
// node bench/explorer.mjs: the explorer with a film of 10,000 calls, beside one of 100, in a real browser. Needs Chromium, and
// npm run build:explorer.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { runTrace } from '../dist/index.js';
import { filmPage, shootFilm } from '../dist/inspect/index.js';
import { randomProgram } from '../dist/kernel/index.js';
import { findChromium } from '../scripts/chromium.mjs';

const require = createRequire(new URL('../explorer/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const SEED = 5;
const STEPS = 200;

function pageOf(calls, folder) {
  const started = performance.now();
  const film = shootFilm(runTrace(randomProgram(SEED, calls)));
  const file = join(folder, `${calls}.html`);
  writeFileSync(file, filmPage(film));
  return { file, calls: film.calls.length, made: performance.now() - started, bytes: statSync(file).size };
}

/** Milliseconds in the page: its first paint, and steps to places all over the film and to neighbours. */
async function measure(browser, { file, calls }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  const times = (places, how) =>
    page.evaluate(
      async ([positions, way]) => {
        const slider = document.querySelector('[role=slider]');
        const now = () => Number(slider.getAttribute('aria-valuenow'));
        const { left, width } = slider.getBoundingClientRect();
        const measured = [];
        for (const position of positions) {
          const before = now();
          if (way === 'drag' && before === Math.round(position * Number(slider.getAttribute('aria-valuemax'))))
            continue;
          const started = performance.now();
          if (way === 'key') dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
          else
            slider.dispatchEvent(
              new PointerEvent('pointermove', { buttons: 1, clientX: left + width * position, bubbles: true }),
            );
          for (let i = 0; i < 500 && now() === before; i++) await new Promise((done) => setTimeout(done));
          // The layout too, as before a frame is drawn.
          document.body.getBoundingClientRect();
          measured.push(performance.now() - started);
        }
        return measured.sort((x, y) => x - y);
      },
      [places, how],
    );
  // A pointer that does not exist cannot be captured.
  await page.evaluate(() => {
    Element.prototype.setPointerCapture = () => {};
  });
  const far = await times(
    Array.from({ length: STEPS }, (_, i) => ((i * 7919) % 1000) / 1000),
    'drag',
  );
  await times([0.3], 'drag');
  const near = await times(Array(Math.min(STEPS, calls >> 1)).fill(0), 'key');
  await page.close();
  const middle = (sorted) => sorted[sorted.length >> 1];
  return { paint, near: middle(near), far: middle(far), worst: Math.max(near.at(-1), far.at(-1)) };
}

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-bench-'));
const executablePath = findChromium('the bench of the explorer');
if (executablePath) {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const pages = [pageOf(100, folder), pageOf(10_000, folder)];
    const rows = [];
    for (const page of pages) rows.push({ ...page, ...(await measure(browser, page)) });
    const [small, large] = rows;
    const line = (name, key, limit) =>
      `| ${name} | ${small[key].toFixed(1)} ms | ${large[key].toFixed(1)} ms | ${(large[key] / small[key]).toFixed(2)} | ${limit} |`;
    console.log(`| what | ${small.calls} calls | ${large.calls} calls | ratio | at most |`);
    console.log('|---|---|---|---|---|');
    console.log(line('making the page', 'made', ''));
    console.log(line('first paint', 'paint', '1000 ms'));
    console.log(line('a step to the next call, median', 'near', '50 ms'));
    console.log(line('dragged to anywhere, median', 'far', '50 ms'));
    console.log(line('the slowest of either', 'worst', ''));
    const html = readFileSync(new URL('../dist/explorer.html', import.meta.url));
    console.log(
      `\nexplorer without a film: ${(html.length / 1000).toFixed(0)} kB, gzip ${(gzipSync(html).length / 1000).toFixed(0)} kB; with ${large.calls} calls ${(large.bytes / 1e6).toFixed(1)} MB`,
    );
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

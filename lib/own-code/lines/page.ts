// SPDX-License-Identifier: GPL-2.0-only
/** Source files with how often each line ran, as one HTML page beside which nothing is needed. */
import { visible } from '../../visible.js';
import type { CountedFile } from './gcov.js';

export interface ShownFile {
  /** `arch/s390/mm/gmap.c` */
  readonly name: string;
  readonly text: string;
  readonly counted: CountedFile;
}

const STYLE = `
:root { color-scheme: light dark; --none: light-dark(#ffe3e0, #4a1f1c); --part: light-dark(#fff3c8, #443a12); --dim: light-dark(#666, #a0a0a0); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; }
pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; tab-size: 8; margin: 0; }
pre span { display: block; min-width: max-content; }
pre b { font-weight: normal; color: var(--dim); display: inline-block; width: 10ch; text-align: right; margin-right: 2ch; user-select: none; }
pre b + b { width: 5ch; }
.none { background: var(--none); }
.part { background: var(--part); }
`.trim();

/** `title` says what ran. */
export function linesPage(title: string, files: readonly ShownFile[]): string {
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    '<p>How often each line ran. <span class="none">Never</span>; <span class="part">not in all ways</span>: a branch of it was never taken.</p>',
    `<ul>${files.map(({ name }, i) => `<li><a href="#file${i}">${escaped(name)}</a></li>`).join('')}</ul>`,
    ...files.flatMap((file, i) => [
      `<h2 id="file${i}">${escaped(file.name)}</h2>`,
      neverCalled(file, i),
      listing(file, i),
    ]),
    '</body></html>',
    '',
  ].join('\n');
}

function neverCalled({ counted }: ShownFile, file: number): string {
  const never = counted.functions.filter(({ calls }) => calls === 0);
  if (never.length === 0) return '<p>All functions ran.</p>';
  const links = never.map(({ name, line }) => `<a href="#file${file}-${line}">${escaped(name)}</a>`);
  return `<p>Functions that never ran: ${links.join(', ')}.</p>`;
}

function listing({ text, counted }: ShownFile, file: number): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const rows = lines.map((line, i) => row(line, i + 1, counted, file));
  return `<pre>${rows.join('')}</pre>`;
}

function row(line: string, number: number, { lines, branches }: CountedFile, file: number): string {
  const count = lines.get(number);
  const isPart = branches.get(number)?.includes(false);
  const state = count === 0 ? ' class="none"' : isPart ? ' class="part"' : '';
  return `<span id="file${file}-${number}"${state}><b>${count ?? ''}</b><b>${number}</b>${escaped(line)}</span>`;
}

function escaped(text: string): string {
  const plain = text.split('\t').map(visible).join('\t');
  return plain.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

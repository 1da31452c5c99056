// SPDX-License-Identifier: GPL-2.0-only
/** The explorer: one page that shows a film, with everything in it. `npm run build:explorer` makes the page without a film. */
import { fileURLToPath } from 'node:url';
import { exists } from '../files/folders.js';
import { readText } from '../files/read.js';
import { visible } from '../visible.js';
import type { Film } from './film.js';

const template = fileURLToPath(new URL('../explorer.html', import.meta.url));
const PLACE = '"__FILM__"';

/** Whether the explorer was built; it is in every package, and in a clone after `npm run build:explorer`. */
export function hasExplorer(): boolean {
  return exists(template);
}

/**
 * A page, self-contained: it needs no network, and no other file. It shows the name of the film's source as terminals do.
 *
 * @throws {Error} if the explorer was not built.
 */
export function filmPage(film: Film): string {
  if (!hasExplorer()) throw new Error('the explorer is not built here: npm run build:explorer');
  const [before = '', after = ''] = readText(template).split(PLACE);
  const shown = { ...film, source: visible(film.source) };
  // Within a script element only `<` could end it; JSON can write it otherwise.
  return `${before}${JSON.stringify(shown).replaceAll('<', '\\u003c')}${after}`;
}

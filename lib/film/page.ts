// SPDX-License-Identifier: GPL-2.0-only
/** The explorer: one page that shows a film, with everything in it. `npm run build:explorer` makes the page without a film. */
import { exists } from '../files/folders.js';
import { isBundled, packageFile } from '../files/package-file.js';
import { readText } from '../files/read.js';
import { checkShape } from '../shapes.js';
import { visible } from '../visible.js';
import { type Film, filmShape } from './film.js';
import { FilmError } from './film-error.js';

const TEMPLATE = 'dist/explorer.html';
const PLACE = '"__FILM__"';

/** Whether the explorer is there: it is in every package, in a clone after `npm run build:explorer`, and in no bundle. */
export function hasExplorer(): boolean {
  return !isBundled() && exists(packageFile(TEMPLATE));
}

/** A little less than the longest string, here and in browsers. */
const MOST_MIB = 511;

/**
 * A page, self-contained: it needs no network, and no other file. It shows the name of the film's source as terminals do.
 *
 * @throws {FilmError} if it would be larger than 511 MiB, which no browser opens: about 1.6 million calls.
 * @throws {FileError} if this package was bundled, and its explorer was not.
 * @throws {Error} if the explorer was not built.
 */
export function filmPage(film: Film): string {
  checkShape('filmPage: film', film, filmShape);
  return joined(pagePieces(film), MOST_MIB * 2 ** 20);
}

function* pagePieces(film: Film): Generator<string> {
  const template = packageFile(TEMPLATE);
  if (!exists(template)) throw new Error('the explorer is not built here: npm run build:explorer');
  const [before = '', after = ''] = readText(template).split(PLACE);
  yield before;
  // Within a script element only `<` could end it; JSON can write it otherwise.
  for (const piece of filmJson({ ...film, source: visible(film.source) })) yield piece.replaceAll('<', '\\u003c');
  yield after;
}

/** One text of these pieces, of at most `most` characters. */
export function joined(pieces: Iterable<string>, most: number): string {
  const all: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    length += piece.length;
    if (length > most)
      throw new FilmError(
        'ERR_FILM_SIZE',
        `the page would be larger than ${Math.floor(most / 2 ** 20)} MiB, which no browser opens: film fewer calls`,
      );
    all.push(piece);
  }
  return all.join('');
}

/** The film as JSON.stringify writes it, piece by piece: as a whole it may be longer than a string can be. */
export function* filmJson(film: Film): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(film)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    if (Array.isArray(value)) yield* listJson(value);
    else yield JSON.stringify(value);
    before = ',';
  }
  yield '}';
}

function* listJson(items: readonly unknown[]): Generator<string> {
  let before = '[';
  for (const item of items) {
    yield `${before}${JSON.stringify(item)}`;
    before = ',';
  }
  yield items.length === 0 ? '[]' : ']';
}

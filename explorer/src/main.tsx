// SPDX-License-Identifier: GPL-2.0-only
import { render } from 'preact';
import type { Film } from '../../lib/film/film.js';
import { FilmPlayer } from '../../lib/film/player.js';
import { App } from './App.js';
import './style.css';

const NO_FILM = 'There is no film in this page. Make one with: s390-gmap view FILE';

/** The film of the page, or what is wrong with it. */
function readFilm(): Film | string {
  const text = document.getElementById('film')?.textContent ?? '';
  try {
    const film = JSON.parse(text) as Partial<Film> | string;
    if (typeof film === 'string') return NO_FILM;
    if (film.format !== 'gmap-film 1') return 'The film in this page is of a format that this page does not know.';
    return film as Film;
  } catch {
    return NO_FILM;
  }
}

const root = document.getElementById('app');
const film = readFilm();
if (root) {
  if (typeof film === 'string') render(<p class="broken">{film}</p>, root);
  else {
    document.title = [film.source, ...(film.code ? [film.code] : []), 's390-gmap'].join(' · ');
    render(<App player={new FilmPlayer(film)} />, root);
  }
}

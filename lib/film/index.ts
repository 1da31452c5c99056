// SPDX-License-Identifier: GPL-2.0-only
/** Films: a program and how a model changed with each of its calls, to be played forward and back. */
export { type Film, type FilmCall, type FilmMap, filmMaps, type Patch } from './film.js';
export { type FilmGmap, type FilmMapping, type FilmMm, FilmPlayer } from './player.js';
export { type FilmOptions, shootFilm } from './shoot.js';

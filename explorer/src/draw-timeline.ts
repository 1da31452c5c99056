// SPDX-License-Identifier: GPL-2.0-only
/** The strip of calls: a column a call while there is room, several calls a column when there is not. */
import type { Film, FilmCall } from '../../lib/film/film.js';
import { kindOf } from './kinds.js';
import { isDifferent, isFailure } from './outcome.js';

const GAP = 1;

export function drawTimeline(canvas: HTMLCanvasElement, { calls }: Film): void {
  const scale = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext('2d');
  if (!context || calls.length === 0) return;
  const styles = getComputedStyle(canvas);
  const color = (name: string) => styles.getPropertyValue(`--${name}`);
  context.scale(scale, scale);
  const columns = Math.min(calls.length, Math.max(1, Math.floor(width / 2)));
  const step = width / columns;
  const gap = step > 4 ? GAP : 0;
  for (let column = 0; column < columns; column++) {
    const first = Math.floor((column * calls.length) / columns);
    const last = Math.max(first + 1, Math.floor(((column + 1) * calls.length) / columns));
    const some = calls.slice(first, last);
    const [shown = calls[first] as FilmCall] = some;
    const x = column * step;
    const failed = some.some(isFailure);
    context.fillStyle = color(`kind-${kindOf(shown.name)}`);
    context.fillRect(x, failed ? height * 0.45 : height * 0.2, step - gap, height);
    if (failed) {
      context.fillStyle = color('failed');
      context.fillRect(x, height * 0.2, step - gap, height * 0.2);
    }
    if (some.some(({ events }) => events.length > 0)) {
      context.fillStyle = color('text');
      context.fillRect(x, 0, Math.max(1, step - gap), height * 0.1);
    }
    if (some.some(isDifferent)) {
      context.fillStyle = color('differs');
      context.fillRect(x, 0, Math.max(2, step - gap), height);
    }
  }
}

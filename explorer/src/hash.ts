// SPDX-License-Identifier: GPL-2.0-only
/** The place in the page's address: `#call=17`, `#line=42`, `#spec=gmap_fault`. */
import type { Film } from '../../lib/film/film.js';

export interface Place {
  readonly position: number | undefined;
  readonly spec: string | undefined;
}

export function readHash(hash: string, film: Film): Place {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const line = Number(values.get('line') ?? Number.NaN);
  const atLine = film.calls.findLastIndex((call) => call.line <= line);
  const call = values.get('call');
  const position = call === null ? (atLine < 0 ? undefined : atLine + 1) : Number.parseInt(call, 10);
  return {
    position: position === undefined || Number.isNaN(position) ? undefined : position,
    spec: values.get('spec') ?? undefined,
  };
}

/** Without a new entry in the history: stepping is not going somewhere. */
export function writeHash(position: number): void {
  history.replaceState(null, '', `#call=${position}`);
}

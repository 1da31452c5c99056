// SPDX-License-Identifier: GPL-2.0-only
/** A preprocessed file: its tokens, where each place of it comes from, and changes that keep these places. */
import { type Marker, type Token, tokenize } from './tokens.js';

/** Where something stands in the files that were preprocessed. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Edit {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** On one line. */
  readonly text: string;
}

export class Source {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly #markers: readonly Marker[];
  readonly #lineStarts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const { tokens, markers } = tokenize(text);
    this.tokens = tokens;
    this.#markers = markers.filter(({ file }) => file !== undefined);
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  placeOf(offset: number): Place {
    const marker = this.#markerBefore(offset);
    const line = this.#lineOf(offset);
    if (!marker) return { file: '', line: line + 1 };
    return { file: unquoted(marker.file ?? ''), line: marker.line + line - this.#lineOf(marker.start) - 1 };
  }

  /** A line that makes what follows it come from the place of that offset. */
  lineMarker(offset: number): string {
    const { line } = this.placeOf(offset);
    const file = this.#markerBefore(offset)?.file;
    return file === undefined ? '' : `# ${line} "${file}"`;
  }

  /** Tokens `from` to `to` (without it) on one line, without comments and markers; `instead` may put other text for some of them. */
  flat(from: number, to: number, instead?: (at: number) => { text: string; next: number } | undefined): string {
    const parts: string[] = [];
    for (let i = from; i < to; ) {
      const token = this.tokens[i];
      if (!token) break;
      if (i > from && this.tokens[i - 1]?.end !== token.start) parts.push(' ');
      const other = instead?.(i);
      parts.push(other ? ` ${other.text} ` : token.text);
      i = other ? other.next : i + 1;
    }
    return parts.join('').trim();
  }

  /** The text with these changes, each of which takes as many lines as what it replaces. Those inside of others are dropped. */
  edited(edits: readonly Edit[]): string {
    const parts: string[] = [];
    let at = 0;
    for (const edit of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (edit.start < at) continue;
      parts.push(this.text.slice(at, edit.start), edit.text, this.#restOfLines(edit));
      at = edit.end;
    }
    parts.push(this.text.slice(at));
    return parts.join('');
  }

  #restOfLines({ start, end }: Edit): string {
    const hasMarker = this.#markers.some((marker) => marker.start >= start && marker.end <= end);
    if (hasMarker) return `\n${this.lineMarker(end)}\n`;
    return '\n'.repeat(this.#lineOf(end) - this.#lineOf(start));
  }

  #markerBefore(offset: number): Marker | undefined {
    return this.#markers[lastIndex(this.#markers.length, (i) => (this.#markers[i]?.start ?? 0) < offset)];
  }

  /** From 0 on, in the preprocessed text. */
  #lineOf(offset: number): number {
    return lastIndex(this.#lineStarts.length, (i) => (this.#lineStarts[i] ?? 0) <= offset);
  }
}

/** The last of `count` for which `holds`, which it does for all before that one; -1 if it holds for none. */
function lastIndex(count: number, holds: (i: number) => boolean): number {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Compilers write the bytes of other letters as octal numbers. */
function unquoted(file: string): string {
  if (!file.includes('\\')) return file;
  const bytes = Buffer.from(file, 'utf8').toString('latin1');
  const plain = bytes.replace(/\\(?:([0-7]{3})|(.))/g, (_, octal, other) =>
    octal === undefined ? other : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(plain, 'latin1').toString('utf8');
}

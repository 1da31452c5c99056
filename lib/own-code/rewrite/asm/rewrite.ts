// SPDX-License-Identifier: GPL-2.0-only
/** Replaces inline assembly by C. */
import { type Edit, Source } from '../source.js';
import { blockFor, type Unknown, unknownCall } from './block.js';
import { parseAsm } from './constraints.js';
import { type AsmStatement, findAsm } from './find.js';

export function rewriteAsm(text: string): { text: string; unknown: Unknown[] } {
  const rewriter = new Rewriter(new Source(text));
  return { text: rewriter.text(), unknown: rewriter.unknown };
}

class Rewriter {
  readonly #source: Source;
  readonly unknown: Unknown[] = [];
  #number = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  text(): string {
    const edits: Edit[] = [];
    for (const found of findAsm(this.#source)) {
      const start = this.#source.tokens[found.start]?.start ?? 0;
      const end = this.#source.tokens[found.end - 1]?.end ?? start;
      edits.push({ start, end, text: this.#replacement(found) });
    }
    return this.#source.edited(edits);
  }

  #replacement(found: ReturnType<typeof findAsm>[number]): string {
    if (found.kind === 'statement') return this.#block(found);
    if (found.kind === 'removal') return found.text;
    const place = this.#source.placeOf(this.#source.tokens[found.start]?.start ?? 0);
    if (found.template.trim() !== '') this.unknown.push({ text: found.template.trim().replace(/\s+/g, ' '), place });
    return '';
  }

  #block({ start, from, to, bound }: AsmStatement): string {
    const place = this.#source.placeOf(this.#source.tokens[start]?.start ?? 0);
    const number = this.#number++;
    const parts = parseAsm(this.#source, from, to, (first, last) => this.#flat(first, last));
    if (parts) return blockFor(parts, bound, { number, place }, (unknown) => this.unknown.push(unknown));
    const unknown = { text: this.#source.flat(from, to), place };
    this.unknown.push(unknown);
    return `{ ${unknownCall(unknown)} }`;
  }

  /** An operand's expression, in which a statement expression may have assembly of its own. */
  #flat(from: number, to: number): string {
    const inside = new Map(findAsm(this.#source, from, to).map((found) => [found.start, found]));
    return this.#source.flat(from, to, (at) => {
      const found = inside.get(at);
      return found && { text: this.#replacement(found), next: found.end };
    });
  }
}

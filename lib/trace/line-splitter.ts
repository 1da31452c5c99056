// SPDX-License-Identifier: GPL-2.0-only
/** From a text that comes in pieces to its lines. */
export class LineSplitter {
  #rest = '';
  #isEmpty = true;

  /** How much there is of a line whose end did not come yet. */
  get rest(): number {
    return this.#rest.length;
  }

  /** The lines that end in this piece, without their LF. */
  push(text: string): string[] {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    if (lines.length === 0) {
      this.#rest += last;
      return lines;
    }
    lines[0] = this.#rest + lines[0];
    this.#rest = last;
    this.#isEmpty = false;
    return lines;
  }

  /** After the last piece: what stands behind the last LF. A text of nothing is one line. */
  end(): string[] {
    return this.#rest !== '' || this.#isEmpty ? [this.#rest] : [];
  }
}

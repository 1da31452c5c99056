// SPDX-License-Identifier: GPL-2.0-only
/** Raw Snappy (google/snappy, format_description.txt): literals, and copies of what was written already. */
import { Output } from './output.js';

/** A kind of element is the lowest two bits of its tag. */
const LITERAL = 0;
const NEAR_COPY = 1;
const FAR_COPY = 2;
/** Literals that are longer than this have their length in the bytes behind the tag. */
const SHORT_LITERALS = 60;

/** Exactly `size` bytes. */
export function snappy(input: Buffer, size: number): Buffer {
  const output = new Output(input, size, 'snappy');
  // The length, which is known.
  while (output.byte() & 0x80);
  while (!output.isAtEnd) {
    const tag = output.byte();
    const kind = tag & 3;
    if (kind === LITERAL) {
      const count = tag >> 2;
      output.literals(1 + (count < SHORT_LITERALS ? count : output.number(count - SHORT_LITERALS + 1)));
    } else if (kind === NEAR_COPY) {
      output.copy(output.byte() + ((tag >> 5) << 8), ((tag >> 2) & 7) + 4);
    } else {
      output.copy(output.number(kind === FAR_COPY ? 2 : 4), (tag >> 2) + 1);
    }
  }
  return output.whole();
}

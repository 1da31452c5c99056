// SPDX-License-Identifier: GPL-2.0-only
/** LZO1X (Linux, Documentation/staging/lzo.rst): literals, and copies of what was written already. */
import { Output } from './output.js';

/** Literals that came last: 0 to 3 after a copy, or a run of their own. */
const RUN = 4;
/** What a copy's distance begins with where it is far, and where a run came before. */
const FAR = 0x4000;
const AFTER_RUN = 0x800;

/** Exactly `size` bytes. */
export function lzo(input: Buffer, size: number): Buffer {
  const output = new Output(input, size, 'lzo');
  let last = 0;
  let code = output.byte();
  if (code > 17) {
    output.literals(code - 17);
    last = Math.min(code - 17, RUN);
    code = output.byte();
  }
  for (;;) {
    if (code < 16 && last === 0) {
      output.literals(length(output, code, 15) + 3);
      last = RUN;
    } else {
      const trailing = copy(output, code, last);
      if (trailing === undefined) return output.whole();
      output.literals(trailing);
      last = trailing;
    }
    code = output.byte();
  }
}

/** How many literals follow; undefined at the end. */
function copy(output: Output, code: number, last: number): number | undefined {
  if (code >= 64) {
    output.copy(1 + ((code >> 2) & 7) + (output.byte() << 3), (code >> 5) + 1);
    return code & 3;
  }
  if (code >= 32) {
    const count = length(output, code & 31, 31) + 2;
    const word = output.number(2);
    output.copy(1 + (word >> 2), count);
    return word & 3;
  }
  if (code >= 16) {
    const count = length(output, code & 7, 7) + 2;
    const word = output.number(2);
    const distance = ((code & 8) << 11) + (word >> 2);
    if (distance === 0) return undefined;
    output.copy(distance + FAR, count);
    return word & 3;
  }
  const distance = 1 + (code >> 2) + (output.byte() << 2);
  if (last === RUN) output.copy(distance + AFTER_RUN, 3);
  else output.copy(distance, 2);
  return code & 3;
}

/** 0 says that more bytes follow: each 0 is 255, the first other one is the rest. */
function length(output: Output, short: number, most: number): number {
  if (short !== 0) return short;
  for (let count = most; ; count += 255) {
    const byte = output.byte();
    if (byte !== 0) return count + byte;
  }
}

// SPDX-License-Identifier: GPL-2.0-only

/** What steers a terminal or turns the direction of writing, and line breaks: everything that has no picture of its own. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A text from elsewhere, such as the name of a file, for people to read: whole, in one line, with control characters
 * written out as `\x1b`, and those that turn the direction of writing as `\u202e`.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** The same for a text of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.replace(/[^\n\t]+/g, visible);
}

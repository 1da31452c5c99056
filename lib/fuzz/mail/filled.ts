// SPDX-License-Identifier: GPL-2.0-only
/** Texts in lines of at most 78 characters, as mails have them. */

const WIDTH = 78;

/** A longer word has a line of its own. `first`: how the first line begins; the others begin with `indent`. */
export function filled(text: string, indent = '', first: string = indent): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = isEmpty ? `${line}${word}` : `${line} ${word}`;
    if (longer.length > WIDTH && !isEmpty) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}

/** A line of the head of a mail, which goes on in lines that begin with a space. */
export function header(name: string, text: string): string[] {
  return filled(text, ' ', `${name}: `);
}

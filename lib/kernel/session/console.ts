// SPDX-License-Identifier: GPL-2.0-only
/** What a dying kernel wrote on its console: the lines that tell why. */

/** The first words of a kernel that goes down; the heading of a recording's comment. */
const HEADLINE =
  /kernel BUG at|BUG: |Unable to handle|Oops|(?:illegal operation|specification exception|addressing exception|translation exception|protection exception|fixpoint divide exception): |Kernel panic|list_(?:add|del) corruption|stack guard|refcount_t: |soft lockup|rcu.*(?:stall|hung)/;
/** Where it was, and by which way it got there. */
const DETAIL = /Failing address|Krnl PSW|Last Breaking-Event|^ *\[<[0-9a-f]+>\]/;
/** How messages begin: a level that nobody took off, and the time. */
const PREFIX = /^(?:<[0-9]+>)?(?:\[ *[0-9]+\.[0-9]+\] ?)?/;

const MOST_HEADLINES = 2;
const MOST_DETAILS = 8;

export interface LastWords {
  /** `kernel BUG at arch/s390/mm/gmap.c:437!; illegal operation: 0001 ilc:1 [#1]` */
  readonly summary: string;
  /** More lines, as they are on the console. */
  readonly details: readonly string[];
}

/** The telling lines of a console's text; an empty summary if there are none. */
export function lastWords(text: string): LastWords {
  const lines = text.split(/\r*\n/).map((line) => line.replace(PREFIX, '').trimEnd());
  const first = lines.findIndex((line) => HEADLINE.test(line));
  if (first < 0) return { summary: '', details: [] };
  const last = lines.slice(first);
  return {
    summary: last
      .filter((line) => HEADLINE.test(line))
      .slice(0, MOST_HEADLINES)
      .map((line) => line.trim())
      .join('; '),
    details: last.filter((line) => DETAIL.test(line)).slice(0, MOST_DETAILS),
  };
}

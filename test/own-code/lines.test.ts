// SPDX-License-Identifier: GPL-2.0-only
/** Which lines of a tree's own code ran: what gcov says of them, and the page about it. */
import { describe, expect, it } from 'vitest';
import { parseGcov } from '../../lib/own-code/lines/gcov.js';
import { linesPage } from '../../lib/own-code/lines/page.js';

const GCOV = `file:/tree/arch/s390/mm/gmap.c
function:2,7,first
function:6,0,second
lcount:2,7
lcount:3,5
branch:3,taken
branch:3,nottaken
lcount:3,2
lcount:6,0
file:/tree/include/linux/list.h
function:1,7,list_add
lcount:1,7
`;
const TEXT = 'int x;\nint first(void)\n{\n\treturn x < 3;\n}\nint \u001bsecond("a");\n';

describe('parseGcov', () => {
  it('tells files apart, adds up what is said of a line, and knows branches and functions', () => {
    const [gmap, list, ...others] = parseGcov(GCOV);
    expect(others).toEqual([]);
    expect(gmap).toEqual({
      path: '/tree/arch/s390/mm/gmap.c',
      lines: new Map([
        [2, 7],
        [3, 7],
        [6, 0],
      ]),
      functions: [
        { name: 'first', line: 2, calls: 7 },
        { name: 'second', line: 6, calls: 0 },
      ],
      branches: new Map([[3, [true, false]]]),
    });
    expect(list?.path).toBe('/tree/include/linux/list.h');
    expect(parseGcov('')).toEqual([]);
  });
});

describe('linesPage', () => {
  const [counted] = parseGcov(GCOV);
  if (!counted) throw new Error('there is no file');
  const page = linesPage('mine: <b>', [{ name: 'arch/s390/mm/gmap.c', text: TEXT, counted }]);

  it('shows each line with how often it ran', () => {
    expect(page).toContain('<span id="file0-1"><b></b><b>1</b>int x;</span>');
    expect(page).toContain('<span id="file0-2"><b>7</b><b>2</b>int first(void)</span>');
    expect(page).toContain('<span id="file0-4"><b></b><b>4</b>\treturn x &#60; 3;</span>');
  });

  it('marks what never ran, and what did not in all ways', () => {
    expect(page).toContain('<span id="file0-3" class="part"><b>7</b><b>3</b>{</span>');
    expect(page).toContain('<p>Functions that never ran: <a href="#file0-6">second</a>.</p>');
  });

  it('takes no text of the tree for HTML, and writes control characters out', () => {
    expect(page).toContain('<span id="file0-6" class="none"><b>0</b><b>6</b>int \\x1bsecond(&#34;a&#34;);</span>');
    expect(page).toContain('<h1>mine: &#60;b&#62;</h1>');
    expect(page).not.toContain('<b>\n');
  });
});

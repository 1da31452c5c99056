// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../lib/trace/parse.js';
import { TraceSyntaxError } from '../../lib/trace/syntax-error.js';
import type { TraceCall } from '../../lib/trace/types.js';
import { traceText } from './recordings.js';

function syntaxError(text: string): TraceSyntaxError {
  try {
    parseTrace(text, 'file.trace');
  } catch (error) {
    if (error instanceof TraceSyntaxError) return error;
    throw error;
  }
  throw new Error(`was parsed: ${JSON.stringify(text)}`);
}

function parseOne(...lines: readonly string[]): TraceCall {
  const call = parseTrace(traceText(...lines)).items.find((item) => item.kind === 'call');
  if (!call) throw new Error('no call');
  return call;
}

describe('calls', () => {
  it.each<[string, Pick<TraceCall, 'name' | 'args' | 'result'>]>([
    ['gmap_free(g7)', { name: 'gmap_free', args: [7n], result: undefined }],
    [
      'gmap_alloc(mm1, 0x7fffffff) = g0',
      { name: 'gmap_alloc', args: [1n, 0x7fffffffn], result: { kind: 'handle', handle: 0 } },
    ],
    ['gmap_alloc(mm0, 4096) = NULL', { name: 'gmap_alloc', args: [0n, 4096n], result: { kind: 'null' } }],
    ['gmap_alloc(mm0, 0xABC)', { name: 'gmap_alloc', args: [0n, 0xabcn], result: undefined }],
    ['exec() = mm12', { name: 'exec', args: [], result: { kind: 'handle', handle: 12 } }],
    [
      'gmap_translate(g0, 0x1000) = -EFAULT',
      { name: 'gmap_translate', args: [0n, 0x1000n], result: { kind: 'number', value: 2n ** 64n - 14n } },
    ],
    [
      'load(mm0, 0xffffffffffffffff) = 0x12',
      { name: 'load', args: [0n, 2n ** 64n - 1n], result: { kind: 'number', value: 0x12n } },
    ],
    ['gmaps(mm0) = []', { name: 'gmaps', args: [0n], result: { kind: 'list', gmaps: [] } }],
    ['gmaps(mm0) = [g2, g0]', { name: 'gmaps', args: [0n], result: { kind: 'list', gmaps: [2, 0] } }],
    ['gmap_unlink(mm0, NULL, 0x100000)', { name: 'gmap_unlink', args: [0n, 0n, 0x100000n], result: undefined }],
    ['inject(alloc_pages, 3)', { name: 'inject', args: [2n, 3n], result: undefined }],
    ['watch(mm0)', { name: 'watch', args: [0n], result: undefined }],
    ['watch(mm0, 0x1000, 0x2000)', { name: 'watch', args: [0n, 0x1000n, 0x2000n], result: undefined }],
    [
      'gmap_discard(g0, 0x0, 0x1) = BUG',
      { name: 'gmap_discard', args: [0n, 0n, 1n], result: { kind: 'bug', place: undefined } },
    ],
    ['load(mm0, 0x000000000000000000000000000010)', { name: 'load', args: [0n, 16n], result: undefined }],
    ['ptep_notify(mm0, 0x1000)', { name: 'ptep_notify', args: [0n, 0x1000n], result: undefined }],
    [
      'ptep_notify(mm0, 0x1000, 0x400000000000)',
      { name: 'ptep_notify', args: [0n, 0x1000n, 1n << 46n], result: undefined },
    ],
    [
      'cond_set_guest_storage_key(mm0, 0x1000, 0x30, 0, 1, 1) = -EFAULT',
      {
        name: 'cond_set_guest_storage_key',
        args: [0n, 0x1000n, 0x30n, 0n, 1n, 1n],
        result: { kind: 'number', value: 2n ** 64n - 14n },
      },
    ],
  ])('%s', (line, expected) => {
    expect(parseOne(line)).toMatchObject(expected);
  });
});

describe('observations', () => {
  it('reads every event and every fact', () => {
    const call = parseOne(
      'gmap_free(g0)',
      '  ! notify(n1, g2, 0x3000)',
      '  ! notify(n1, g2, 0x3000, 0x3fff)',
      '  ! idte(g2)',
      '  - lowcore',
      '  - gmap g0',
      '  - g2h g0 0x100000',
      '  - h2g g0 0x200000',
      '  - entry g0 seg 0x100000',
      '  - pte 0x1000',
      '  + lowcore none',
      '  + lowcore dangling',
      '  + lowcore g3',
      '  + gmap g1 asce=0x1c3 end=0x7fffffff tables=1',
      '  + g2h g1 0x0 0x10000000000',
      '  + h2g g1 0x10000000000 0x0',
      '  + entry g1 r2 0x0 flags=0xb index=0x40',
      '  + entry g1 seg 0x0 flags=0x20 host=0x10000000000',
      '  + entry g1 seg 0x100000 flags=0x20 host=?',
      '  + pte 0x1000 notable',
      '  + pte 0x2000 swap pte=0x403 pgste=0x0 pmd=0x1',
      '  + pte 0x3000 anon pte=0x3d pgste=0x800000000000 pmd=0x0 key=0x6',
    );
    expect(call.events).toEqual([
      { kind: 'notify', notifier: 1, gmap: 2, gaddr: 0x3000n, end: undefined },
      { kind: 'notify', notifier: 1, gmap: 2, gaddr: 0x3000n, end: 0x3fffn },
      { kind: 'idte', gmap: 2 },
    ]);
    expect(call.changes).toEqual([
      { sign: '-', key: { kind: 'lowcore' } },
      { sign: '-', key: { kind: 'gmap', gmap: 0 } },
      { sign: '-', key: { kind: 'g2h', gmap: 0, gaddr: 0x100000n } },
      { sign: '-', key: { kind: 'h2g', gmap: 0, vmaddr: 0x200000n } },
      { sign: '-', key: { kind: 'entry', gmap: 0, level: 'seg', gaddr: 0x100000n } },
      { sign: '-', key: { kind: 'pte', vmaddr: 0x1000n } },
      { sign: '+', fact: { kind: 'lowcore', enabled: 'none' } },
      { sign: '+', fact: { kind: 'lowcore', enabled: 'dangling' } },
      { sign: '+', fact: { kind: 'lowcore', enabled: 3 } },
      { sign: '+', fact: { kind: 'gmap', gmap: 1, asce: 0x1c3n, end: 0x7fffffffn, tables: 1n } },
      { sign: '+', fact: { kind: 'g2h', gmap: 1, gaddr: 0n, vmaddr: 0x10000000000n } },
      { sign: '+', fact: { kind: 'h2g', gmap: 1, vmaddr: 0x10000000000n, gaddr: 0n } },
      { sign: '+', fact: { kind: 'entry', gmap: 1, level: 'r2', gaddr: 0n, flags: 0xbn, index: 0x40n } },
      {
        sign: '+',
        fact: { kind: 'entry', gmap: 1, level: 'seg', gaddr: 0n, flags: 0x20n, host: 0x10000000000n },
      },
      { sign: '+', fact: { kind: 'entry', gmap: 1, level: 'seg', gaddr: 0x100000n, flags: 0x20n, host: '?' } },
      { sign: '+', fact: { kind: 'pte', vmaddr: 0x1000n, page: 'notable' } },
      {
        sign: '+',
        fact: { kind: 'pte', vmaddr: 0x2000n, page: 'swap', pte: 0x403n, pgste: 0n, pmd: 1n, key: undefined },
      },
      {
        sign: '+',
        fact: { kind: 'pte', vmaddr: 0x3000n, page: 'anon', pte: 0x3dn, pgste: 1n << 47n, pmd: 0n, key: 6n },
      },
    ]);
  });

  it('gives the lines of comments and calls', () => {
    const { items } = parseTrace('# gmap-trace 1\n\n# a note\nexec()\n  + lowcore none\n# another\nfork(mm1) = 0\n');
    expect(items.map(({ kind, line }) => [kind, line])).toEqual([
      ['comment', 2],
      ['comment', 3],
      ['call', 4],
      ['comment', 6],
      ['call', 7],
    ]);
  });

  it('belong to the call above, also below a comment', () => {
    expect(parseOne('gmap_free(g0)', '# and here', '  ! idte(g0)').events).toEqual([{ kind: 'idte', gmap: 0 }]);
  });
});

describe('header', () => {
  it('is what stands before the first call', () => {
    const { header } = parseTrace(
      traceText('# kernel: linux-4.7', '# machine: esop=1 z13', '# a: b: c', '# No Key: x', 'exec()', '# late: x'),
    );
    expect([...header]).toEqual([
      ['kernel', 'linux-4.7'],
      ['machine', 'esop=1 z13'],
      ['a', 'b: c'],
    ]);
  });

  it('says nothing once there was a call: what looks like it is a comment', () => {
    const { header, items } = parseTrace(
      traceText(
        '# events: idte',
        'exec()',
        '# kernel: linux-6.1',
        '# events: all of them',
        '# machine: nx=maybe',
        '# strict: no',
      ),
    );
    expect([...header]).toEqual([['events', 'idte']]);
    expect(items).toHaveLength(6);
  });

  it.each([
    ['# kernel: a\n# kernel: b', 3, 1, "a second '# kernel:' line"],
    ['# machine: a\n# machine: a', 3, 1, "a second '# machine:' line"],
    ['# machine: esop=1 idte=yes', 2, 19, 'expected idte=0 or idte=1, found "idte=yes"'],
    ['# machine: nx=', 2, 12, 'expected nx=0 or nx=1, found "nx="'],
    ['# machine: debug_list=yes', 2, 12, 'expected debug_list=0 or debug_list=1, found "debug_list=yes"'],
    ['# machine: tlb_lc=1 debug_vm=2', 2, 21, 'expected debug_vm=0 or debug_vm=1, found "debug_vm=2"'],
    ['# events: notify\n# events: notify', 3, 1, "a second '# events:' line"],
    ['# events: notify ipte', 2, 18, 'expected kinds of events (notify, idte), found "ipte"'],
    ['# events: idte,notify', 2, 11, 'expected kinds of events (notify, idte), found "idte,notify"'],
    ['# events: idte  notify', 2, 16, 'expected kinds of events (notify, idte), found ""'],
    ['# strict: yes', 2, 11, 'expected 0 or 1, found "yes"'],
    ['# strict: 01', 2, 11, 'expected 0 or 1, found "01"'],
    ['# strict: 1 ', 2, 11, 'expected 0 or 1, found "1 "'],
    ['# strict: ', 2, 11, 'expected 0 or 1, found ""'],
    ['# strict: 1\n# strict: 1', 3, 1, "a second '# strict:' line"],
    ['# strict: 0\n# strict: 1', 3, 1, "a second '# strict:' line"],
  ])('%j is an error', (lines, line, column, problem) => {
    expect(syntaxError(traceText(lines)).message).toBe(`file.trace:${line}:${column}: ${problem}`);
  });
});

describe('syntax errors', () => {
  it.each([
    ['', 1, 1, "expected '# gmap-trace 1', found the end of the line"],
    ['# gmap-trace 2', 1, 1, 'expected version 1 of the trace format, found version "2"'],
    ['# gmap-trace 10', 1, 1, 'expected version 1 of the trace format, found version "10"'],
    ['# kernel: linux-4.7', 1, 1, `expected '# gmap-trace 1', found "#"`],
    ['# gmap-trace 1\r\nexec()\r\n', 1, 15, 'found a carriage return (lines end with LF alone)'],
    ['\ufeff# gmap-trace 1\n', 1, 1, `expected '# gmap-trace 1', found "\\ufeff"`],
  ])('file %j', (text, line, column, problem) => {
    const error = syntaxError(text);
    expect(error).toMatchObject({
      source: 'file.trace',
      line,
      column,
      code: 'ERR_TRACE_SYNTAX',
      name: 'TraceSyntaxError',
    });
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error.message).toContain(problem);
    expect(error.message.startsWith(`file.trace:${line}:${column}: expected `)).toBe(true);
  });

  it.each([
    ['gmap_fre(g0)', 1, 'expected a call (did you mean gmap_free?), found "gmap_fre"'],
    ['frobnicate_everything(g0)', 1, 'expected a call of the trace format, found "frobnicate_everything"'],
    ['(g0)', 1, 'expected a call, a # comment, or two spaces and !, + or -, found "("'],
    ['\tgmap_free(g0)', 1, 'found "\\x09"'],
    ['gmap_free', 10, "expected '(', found the end of the line"],
    ['gmap_free(mm0)', 11, 'expected a handle such as g0, found "mm0"'],
    ['gmap_free(g)', 11, 'expected a handle such as g0, found "g"'],
    ['gmap_free(g00)', 11, 'expected a handle such as g0, found "g00"'],
    ['gmap_free(g4294967295)', 11, 'expected a handle up to g4294967294, found "g4294967295"'],
    ['gmap_free(g0', 13, "expected ')', as in gmap_free(g), found the end of the line"],
    ['gmap_free(g0, 0x0)', 13, `expected ')', as in gmap_free(g), found ","`],
    ['gmap_free(g0) = 0', 17, 'expected BUG, or nothing after the call: gmap_free returns nothing, found "0"'],
    ['gmap_free(g0) ', 14, `expected ' = ' or the end of the line, found " "`],
    ['gmap_free(g0)=BUG', 14, `expected ' = ' or the end of the line, found "="`],
    ['gmap_free(g0) = BUGS', 20, 'expected the end of the line, found "S"'],
    ['gmap_translate(g0)', 18, `expected ', ' and gaddr, as in gmap_translate(g, gaddr), found ")"`],
    ['gmap_translate(g0,0x0)', 18, `expected ', ' and gaddr, as in gmap_translate(g, gaddr), found ","`],
    ['gmap_translate(g0, x)', 20, 'expected gaddr, a decimal or 0x hex number, found "x"'],
    ['gmap_translate(g0, -1)', 20, 'expected gaddr, a decimal or 0x hex number, found "-"'],
    ['gmap_translate(g0, 0x)', 20, 'expected gaddr, a decimal or 0x hex number, found "0x"'],
    ['gmap_translate(g0, 010)', 20, 'expected gaddr, a number without leading zeros, found "010"'],
    ['gmap_translate(g0, 1.5)', 21, `expected ')', as in gmap_translate(g, gaddr), found "."`],
    ['gmap_translate(g0, 0x10000000000000000)', 20, 'expected gaddr, a number below 2^64, found'],
    ['gmap_translate(g0, 18446744073709551616)', 20, 'expected gaddr, a number below 2^64, found'],
    ['gmap_translate(g0, 0x0) = -14', 28, 'expected an error: one of EPERM, ENOENT'],
    ['gmap_translate(g0, 0x0) = -EFUALT', 28, 'found "EFUALT"'],
    ['gmap_translate(g0, 0x0) = NULL', 27, 'expected a result, a decimal or 0x hex number, found "NULL"'],
    ['gmap_alloc(mm0, 0x0) = 0', 24, 'expected a handle such as g0, found "0"'],
    ['gmap_alloc(mm0, 0x0) = mm0', 24, 'expected a handle such as g0, found "mm0"'],
    ['gmap_unlink(mm0, 0x0, 0x0)', 18, `expected 'NULL', found "0x0"`],
    ['gmaps(mm0) = g0', 14, 'expected a list of gmaps such as \'[g1, g0]\', found "g0"'],
    ['gmaps(mm0) = [g0 g1]', 17, "expected ', ' or ']', found \" \""],
    ['gmaps(mm0) = [g0, ]', 19, 'expected a handle such as g0, found "]"'],
    ['inject(everything, 1)', 8, 'expected a kind of failure: one of none, radix_insert'],
    [`watch(mm0${', 0x0'.repeat(256)})`, 1287, 'expected no more than 255 addresses, found "0x0"'],
    ['ptep_notify(mm0)', 16, `expected ', ' and vmaddr, as in ptep_notify(mm, vmaddr, [bits]), found ")"`],
    ['ptep_notify(mm0, 0x0,)', 21, `expected ', ' and bits, as in ptep_notify(mm, vmaddr, [bits]), found ","`],
    ['ptep_notify(mm0, 0x0, )', 23, 'expected bits, a decimal or 0x hex number, found ")"'],
    ['ptep_notify(mm0, 0x0, 0x0, 0x0)', 26, `expected ')', as in ptep_notify(mm, vmaddr, [bits]), found ","`],
    [
      'gmap_mprotect_notify(g0, 0x0, 0x0)',
      34,
      `expected ', ' and prot, as in gmap_mprotect_notify(g, gaddr, len, prot)`,
    ],
  ])('call %s', (line, column, problem) => {
    const error = syntaxError(traceText('# note', line));
    expect(error).toMatchObject({ line: 3, column });
    expect(error.message).toContain(problem);
  });

  it('a number so long that making a bigint of it takes seconds', () => {
    expect(syntaxError(traceText(`load(mm0, ${'9'.repeat(2_000_000)})`)).message).toContain('a number below 2^64');
  });

  it.each([
    [' ! idte(g0)', 1, 'expected two spaces, then !, + or -, found " "'],
    ['   ! idte(g0)', 3, `expected '! ', '+ ' or '- ', found " "`],
    ['  * idte(g0)', 3, `expected '! ', '+ ' or '- ', found "*"`],
    ['  # note', 3, `expected '! ', '+ ' or '- ', found "#"`],
    ['  !idte(g0)', 3, `expected '! ', '+ ' or '- ', found "!"`],
    ['  ! ipte(g0)', 5, 'expected an event: one of notify, idte, inner_shadow, found "ipte"'],
    ['  ! idte(g0) ', 13, 'expected the end of the line, found " "'],
    ['  ! idte(n0)', 10, 'expected a handle such as g0, found "n0"'],
    ['  ! notify(n0, g0)', 18, `expected ', ', found ")"`],
    ['  ! notify(g0, g0, 0x0)', 12, 'expected a handle such as n0, found "g0"'],
    ['  ! notify(n0, g0, x)', 20, 'expected a guest address'],
    ['  ! notify(n0, g0, 0x0, )', 25, 'expected the last guest address, a decimal or 0x hex number, found ")"'],
    ['  ! notify(n0, g0, 0x0, 0x1, 0x2)', 28, `expected ')', found ","`],
    ['  ! idte(g0, 0x0)', 12, `expected ')', found ","`],
    ['  + foo g0', 5, 'expected a fact: one of lowcore, gmap, g2h, h2g, entry, pte, shadow, spte, rmap, found "foo"'],
    ['  + lowcore', 12, `expected ' ', found the end of the line`],
    ['  + lowcore mm0', 13, 'expected a handle such as g0, found "mm0"'],
    ['  - lowcore none', 12, 'expected the end of the line, found " "'],
    ['  + gmap g0 asce=0x1', 21, "expected ' end=', found the end of the line"],
    ['  + gmap g0 end=0x1', 12, 'expected \' asce=\', found " "'],
    ['  + gmap g0 asce=', 18, 'expected the value of asce, a decimal or 0x hex number'],
    ['  + gmap g0 asce=0x1 end=0x2 tables=-1', 37, 'expected the value of tables'],
    ['  + g2h g0 0x0', 15, "expected ' ', found the end of the line"],
    ['  + h2g g0', 11, "expected ' ', found the end of the line"],
    ['  + entry g0 r4 0x0 flags=0x0 index=0x0', 14, 'expected a level: one of r1, r2, r3, seg, found "r4"'],
    ['  + entry g0 r3 0x0 flags=0x0 host=0x0', 30, 'expected \' index=\', found " "'],
    ['  + entry g0 seg 0x0 flags=0x0 key=0x0', 31, 'expected \' host=\', found " "'],
    ['  ! inner_shadow(n0, g0, 0x3)', 29, 'expected \') = \', found ")"'],
    ['  ! inner_shadow(n0, g0, 0x3) = 0', 33, `expected '-', found "0"`],
    ['  + shadow g0 parent=mm0', 22, 'expected a handle such as g0, found "mm0"'],
    [
      '  + shadow g1 parent=g0 asce=0x3 edat=1 dead',
      41,
      'expected a state: one of live, removed, making, found "dead"',
    ],
    ['  + shadow g1 parent=g0 asce=0x3 edat=1 live child=x', 52, 'expected the value of child'],
    ['  - shadow g1 parent=g0', 14, 'expected the end of the line, found " "'],
    ['  + spte g1 0x1000 flags=0x0 host=? key=0x0', 36, `expected ' pgste=', found " "`],
    ['  + rmap g1 0x1000 256 0x1001', 20, 'expected a place up to 255, found "256"'],
    ['  - rmap g1 0x1000', 19, `expected ' ', found the end of the line`],
    ['  + pte 0x0 huge', 13, 'expected a kind of page: one of notable, none, zero, anon, page, swap, found "huge"'],
    ['  + pte 0x0 notable pte=0x0', 20, 'expected the end of the line, found " "'],
    ['  + pte 0x0 none pte=0x0 pmd=0x0', 25, 'expected \' pgste=\', found " "'],
    ['  + pte 0x0 none pte=0x0 pgste=0x0 pmd=0x0 key=', 48, 'expected a storage key'],
    ['  - pte 0x0 none', 12, 'expected the end of the line, found " "'],
  ])('observation %s', (line, column, problem) => {
    const error = syntaxError(traceText('gmap_free(g0)', line));
    expect(error).toMatchObject({ line: 3, column });
    expect(error.message).toContain(problem);
  });

  it.each([
    ['  - lowcore', '  ! idte(g0)', 3, 'expected no event after + and - lines (events come first), found "!"'],
    ['  + lowcore none', '  - gmap g0', 3, 'expected no - line after a + line, found "-"'],
  ])('%s before %s', (first, second, column, problem) => {
    const error = syntaxError(traceText('gmap_free(g0)', first, second));
    expect(error).toMatchObject({ line: 4, column });
    expect(error.message).toContain(problem);
  });

  it('an observation before the first call', () => {
    expect(syntaxError(traceText('', '  ! idte(g0)'))).toMatchObject({
      line: 3,
      column: 1,
      message: 'file.trace:3:1: expected a call before the first observation, found " "',
    });
  });

  it('shortens what it found', () => {
    expect(syntaxError(traceText('x'.repeat(1000))).message).toMatch(/found "x{40}…" \(\d+ characters\)$/);
  });
});

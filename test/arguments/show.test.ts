// SPDX-License-Identifier: GPL-2.0-only
/** How messages show values: short, at once, and without what a terminal would take for something else. */
import { describe, expect, it } from 'vitest';
import { Machine, parseTrace } from '../../lib/index.js';
import { show, showWithType } from '../../lib/show.js';

const huge = 1n << (2n ** 26n);

describe('show', () => {
  it.each([
    [5n, '5n', 'the bigint 5n'],
    [-(2n ** 64n), '-18446744073709551616n', 'the bigint -18446744073709551616n'],
    [2n ** 64n, '18446744073709551616n', 'the bigint 18446744073709551616n'],
    [2n ** 66n, 'a bigint of 67 bits', 'a bigint of 67 bits'],
    [2n ** 66n - 1n, 'a bigint of 66 bits', 'a bigint of 66 bits'],
    [-(2n ** 1000n), 'a bigint of 1001 bits', 'a bigint of 1001 bits'],
    [huge, 'a bigint of 67108865 bits', 'a bigint of 67108865 bits'],
    [0.1, '0.1', 'the number 0.1'],
    [Number.NaN, 'NaN', 'the number NaN'],
    [true, 'true', 'the boolean true'],
    [undefined, 'undefined', 'undefined'],
    [null, 'null', 'null'],
    ['6.1', '"6.1"', 'the string "6.1"'],
    ['"\\', '"\\"\\\\"', 'the string "\\"\\\\"'],
    ['\x1b[31m\n', '"\\x1b[31m\\x0a"', 'the string "\\x1b[31m\\x0a"'],
    ['a\u202eb\u2028c', '"a\\u202eb\\u2028c"', 'the string "a\\u202eb\\u2028c"'],
    ['\x9b\u{e0001}\ud800', '"\\x9b\\u{e0001}\\ud800"', 'the string "\\x9b\\u{e0001}\\ud800"'],
    [Symbol('x'), 'a symbol', 'a symbol'],
    [show, 'a function', 'a function'],
    [[1], 'an object', 'an object'],
    [Proxy.revocable({}, {}).proxy, 'an object', 'an object'],
  ])('%#', (value, text, withType) => {
    expect(show(value)).toBe(text);
    expect(showWithType(value)).toBe(withType);
  });

  it('never takes more than 80 characters', () => {
    const texts = ['x', '\x1b', '\u202e', '\u{e0001}', '"', '\ud800', '😀'].map((character) =>
      character.repeat(2 ** 20),
    );
    for (const value of [...texts, huge, -huge, Number.MIN_VALUE, -Number.MAX_VALUE]) {
      expect(showWithType(value).length).toBeLessThanOrEqual(80);
      expect(showWithType(value)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }
  });

  it('calls nothing of the value', () => {
    const trap = () => {
      throw new Error('touched');
    };
    const handler = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));
    expect(show(new Proxy({}, handler))).toBe('an object');
    expect(show({ toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap, toJSON: trap })).toBe('an object');
  });
});

describe('messages', () => {
  it('about a huge bigint come at once', () => {
    const machine = new Machine();
    const gmap = machine.mm.allocGmap(0n);
    for (const call of [
      () => machine.mm.load(huge),
      () => machine.mm.inspect(huge),
      () => machine.storageKey(huge),
      () => gmap.ok && gmap.value.translate(huge),
      () => new Machine({ cpus: huge as never }),
    ])
      expect(call).toThrow('a bigint of 67108865 bits');
    machine.close();
  });

  it('about a long text are short', () => {
    const text = '\u202e'.repeat(2 ** 24);
    expect(() => new Machine({ kernel: text as never })).toThrow(
      /^unknown kernel "[^"]{30,80}…" \(16777216 characters\)/,
    );
    expect(() => parseTrace(`# gmap-trace 1\n${text}\n`)).toThrow(/found "\\u202e"$/);
    expect(() => parseTrace('# gmap-trace 1\n\x9b\n')).toThrow('found "\\x9b"');
    expect(() => parseTrace(`# gmap-trace 1\n# machine: esop=${'x'.repeat(1000)}\n`)).toThrow(
      /found "esop=x{20,40}…" \(1005 characters\)$/,
    );
  });
});

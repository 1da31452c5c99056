// SPDX-License-Identifier: GPL-2.0-only
/** The lint of messages: a value of a caller's that is put into one without show() is found. */
import { expect, it } from 'vitest';

const { wrongMessages, checkMessages } = (await import(
  new URL('../../scripts/lint-messages.mjs', import.meta.url).href
)) as {
  wrongMessages(files: ReadonlyMap<string, string>): string[];
  checkMessages(): void;
};

/** With § for the dollar of a template. */
const of = (text: string) =>
  wrongMessages(new Map([['x.ts', text.replaceAll('§', '$')]])).map((line) => line.replaceAll('$', '§'));

it('finds a value in a message that is not shown as all are', () => {
  expect(of('throw new RangeError(`§{name} must be small, not §{value}`);')).toEqual(['lib/x.ts: §{value}']);
  expect(of('super(`no §{f(`§{kernel}`)}`);')).toEqual(['lib/x.ts: §{kernel}']);
  expect(of('reader.fail(`no §{JSON.stringify(word)}`);')).toHaveLength(2);
  expect(of("throw wrongType(`§{name}.§{key}`, 'x', value)")).toEqual(['lib/x.ts: §{key}']);
});

it('lets shown values, bounds and everything that is no message pass', () => {
  expect(of('throw new RangeError(`§{name} must be up to §{max}, not §{show(value)}`);')).toEqual([]);
  expect(of('return `§{value}`;')).toEqual([]);
});

it('finds none in lib', () => {
  expect(checkMessages).not.toThrow();
});

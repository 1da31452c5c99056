// SPDX-License-Identifier: GPL-2.0-only
/** 64-bit words: how they are written, and which of them are errors. */
import { wrongType } from '../arguments.js';
import { type ErrnoCode, errnos } from '../generated/abi.js';

/** The largest 64-bit word. */
export const MAX_WORD: bigint = (1n << 64n) - 1n;

/** The largest number that can be a handle. */
export const MAX_HANDLE = 0xfffffffe;

// Linux: IS_ERR_VALUE, the last 4095 words.
const FIRST_ERROR = MAX_WORD - 4094n;

const codeByWord = new Map<bigint, ErrnoCode>(errnos.map(({ name, number }) => [errorWord(number), name]));
const wordByCode = new Map<string, bigint>(errnos.map(({ name, number }) => [name, errorWord(number)]));

function errorWord(errno: number): bigint {
  return MAX_WORD + 1n - BigInt(errno);
}

/** Whether the kernel takes the word for a negative errno. */
export function isErrorWord(word: bigint): boolean {
  return word >= FIRST_ERROR;
}

/** The error that a word stands for: `EFAULT` for 2^64 - 14; none if it is an ordinary number. */
export function errnoOf(word: bigint): ErrnoCode | undefined {
  if (typeof word !== 'bigint') throw wrongType('errnoOf: word', 'a bigint', word);
  return codeByWord.get(word);
}

/** The word that stands for an error. */
export function wordOfErrno(code: string): bigint | undefined {
  return wordByCode.get(code);
}

export function hex(word: bigint): string {
  return `0x${word.toString(16)}`;
}

// SPDX-License-Identifier: GPL-2.0-only
/**
 * C that asks a kernel's headers where the members of structures are, one line for each question: an object file has the answers, and
 * what the compiler says of a line tells which members that kernel has not, and which are bit fields.
 */
import { wantedMembers, withOuter } from '../../dump/types/wanted.js';

const HEADERS = [
  ...['sched', 'sched/signal', 'mm_types', 'mm', 'radix-tree', 'xarray', 'maple_tree', 'module'].map(
    (name) => `linux/${name}.h`,
  ),
  ...['asm/gmap.h', 'asm/lowcore.h'],
];

/** Words of an answer: offset, size, and of an array the size of an element, else 0. */
export const ANSWER_WORDS = 3;
export const ANSWERS = '.s390_gmap.answers';
/** Of the bit field with that number among them. */
export const bitsSection = (number: number): string => `.s390_gmap.bits.${number}`;

export interface Question {
  readonly struct: string;
  /** Undefined: how large the structure is. */
  readonly path: string | undefined;
  /** It cannot be asked for its offset: a structure with all of its bits set tells where they are. */
  readonly isBitField: boolean;
}

/** Everything that lib/dump may want to know. */
export function allQuestions(): Question[] {
  return Object.entries(wantedMembers).flatMap(([struct, paths]) =>
    [undefined, ...withOuter(paths)].map((path) => ({ struct, path, isBitField: false })),
  );
}

const PREAMBLE = [
  '#pragma GCC diagnostic ignored "-Woverflow"',
  ...HEADERS.flatMap((header) => [`#if __has_include(<${header}>)`, `#include <${header}>`, '#endif']),
];

/** Bit fields come last: the answers of the others are one array. */
export function sourceOf(questions: readonly Question[]): string {
  return [
    ...PREAMBLE,
    `const unsigned long answers[][${ANSWER_WORDS}] __attribute__((used, section("${ANSWERS}"))) = {`,
    ...questions.map((question) => (question.isBitField ? '' : `${answerOf(question)},`)),
    '};',
    ...bitFields(questions).map(
      ({ struct, path }, i) =>
        `const struct ${struct} bits_${i} __attribute__((used, section("${bitsSection(i)}"))) = { .${path} = -1 };`,
    ),
    '',
  ].join('\n');
}

export const bitFields = (questions: readonly Question[]): Question[] =>
  questions.filter(({ isBitField }) => isBitField);

/** Only an array is of another type where its value is taken. */
function answerOf({ struct, path }: Question): string {
  if (path === undefined) return `{ 0, sizeof(struct ${struct}), 0 }`;
  const member = `((struct ${struct} *)0)->${path}`;
  const isArray = `!__builtin_types_compatible_p(__typeof__(${member}), __typeof__(((void)0, ${member})))`;
  const element = `sizeof(*__builtin_choose_expr(${isArray}, ${member}, (char *)0))`;
  return `{ __builtin_offsetof(struct ${struct}, ${path}), sizeof(${member}), ${isArray} ? ${element} : 0 }`;
}

const ERROR = /^.*?([^/\n]+):(\d+):\d+: (?:fatal )?error: (.*)$/gm;
const NOT_THERE = /has no member named|undefined type|incomplete type/;
const BIT_FIELD = /bit-field/;

/**
 * The questions that are left once the compiler has seen those: without what is not there, bit fields being known as such. Undefined if it
 * says anything else. One mistake makes it complain of a line more than once.
 */
export function afterErrors(questions: readonly Question[], file: string, output: string): Question[] | undefined {
  const [missing, bits, others] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const [, name, line, text = ''] of output.matchAll(ERROR)) {
    const index = Number(line) - PREAMBLE.length - 2;
    if (name !== file || !questions[index]) return undefined;
    (NOT_THERE.test(text) ? missing : BIT_FIELD.test(text) ? bits : others).add(index);
  }
  if (missing.size + bits.size === 0) return undefined;
  if ([...others].some((index) => !missing.has(index) && !bits.has(index))) return undefined;
  return questions.flatMap((question, i) =>
    missing.has(i) ? [] : [bits.has(i) ? { ...question, isBitField: true } : question],
  );
}

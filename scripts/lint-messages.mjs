// SPDX-License-Identifier: GPL-2.0-only
/*
 * Part of npm run lint: messages of errors show what a caller gave by show() only, and paths by visible(): a value can be a
 * bigint that takes minutes to write out, or a text with escape codes. What else a message says is ours, and named here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Failure, isMain, script } from './steps.mjs';

/** How a message begins, what bounds are, rows of our own tables. */
const OURS = ['name', 'min', 'max', 'count', 'expected', 'prefix'];

/** Expressions of single files that are ours: by file below lib/. */
const OURS_IN = {
  'arguments.ts': ['range', 'PATH_BYTES', "words.join(', ')", "known.join(', ')", 'String(key)'],
  'brands.ts': ['instead'],
  'fast-check/commands.ts': ['this.#text', 'error instanceof Error ? error.message : error', 'answered', 'predicted'],
  'film/page.ts': ['Math.floor(most / 2 ** 20)'],
  'film/heap.ts': ['Math.round(limit / 2 ** 20)', 'done'],
  'fuzz/fuzzer.ts': ['answer', 'handle.text', 'problem'],
  'kernel/cache.ts': ['short', 'others', 'what'],
  'machine/events.ts': ['head & 0xffff_ffffn'],
  'machine/guest-access.ts': ['code'],
  'machine/kernel-function.ts': ['code', 'this.name', 'errno'],
  'machine/machine.ts': ['handle', 'handle.text'],
  'machine/result.ts': ['failure.syscall', 'failure.code', 'failure.message'],
  'native/context.ts': [
    'NOTIFIER_BLOCKS',
    'errors.length',
    'this.#budget(name)',
    'this.#bugText()',
    'this.#deadText()',
    'REVIVE',
    'nameOfValue(name)',
    'nameOfSide(code)',
    'refusalText(answer)',
    'unsupportedText(name, this.kernel)',
    'answer',
    'place',
    'argument',
  ],
  'native/codes.ts': ['why', 'command'],
  'native/load.ts': ['system', 'why'],
  'own-code/cache.ts': ['wanted', 'why', 'code.command', 'others', 'buildCommand(name, undefined)'],
  'own-code/profile.ts': ['kernel', 'wanted'],
  'own-code/sides.ts': ['nameOfSide(code)'],
  'programs/random/calls.ts': ['kind'],
  'shapes.ts': ["words.join(', ')", 'place', 'key'],
  'trace/decode-fact.ts': ['level', 'kind', 'state'],
  'trace/header.ts': ['key'],
  'trace/json.ts': ['MOST_DEEP'],
  'trace/kernel.ts': ["kernels.join(', ')"],
  'trace/line-reader.ts': ['this.#found(position)', 'what', "words.join(', ')", 'MAX_HANDLE', 'token'],
  'trace/observations.ts': ['head.low & 0xff', 'value', 'status', 'word', 'kind'],
  'trace/parse-fact.ts': ['MAX_PLACE'],
  'trace/parse-call.ts': [
    'similar',
    'MAX_REST',
    'operation.name',
    'signature(operation)',
    "errnos.map(({ name }) => name).join(', ')",
  ],
  'trace/program.ts': ['call.name', 'named', 'named + 0xff'],
  'trace/record.ts': ['call.name', "observation?.name ?? 'nothing'"],
  'trace/shapes.ts': ['named', 'SOURCE_CHARACTERS'],
  'trace/syntax-error.ts': ['problem'],
  'trace/word-reader.ts': ['words', 'Math.floor(left)'],
};

/** What speaks of paths, and of what other programs and kernels say: a DumpError shows all of it by visible(). */
const OTHERS =
  /^(?:cli|dump|files|kernel\/install|kernel\/session|own-code\/build)\/|^kernel\/command\.ts$|^fuzz\/line-coverage\.ts$/;

/** What is written as JSON is no message. */
const WRITES_JSON = ['film/page.ts', 'kernel/manifest.ts', 'own-code/manifest.ts', 'trace/json.ts'];

/** Where something is thrown, or said to be wrong. */
const THROWN = /\b(?:new \w*Error|super|wrongType|fail|problem|leaf)\(/g;

/** The text up to the parenthesis that closes the one before `start`. */
function argumentsAt(text, start) {
  let depth = 1;
  let at = start;
  while (depth > 0 && at < text.length) {
    const character = text[at++];
    if (character === '(') depth++;
    if (character === ')') depth--;
  }
  return text.slice(start, at - 1);
}

/** What stands in `${…}` there, also in templates within. */
function* expressionsIn(text) {
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', at + 2)) {
    let depth = 1;
    let end = at + 2;
    while (depth > 0 && end < text.length) {
      if (text[end] === '{') depth++;
      if (text[end] === '}') depth--;
      end++;
    }
    yield text.slice(at + 2, end - 1);
  }
}

/** Of a template within, its own expressions count. */
const isShown = (expression) =>
  expression.includes('`') || /^(?:show|showWithType|visible|checkText)\(/.test(expression);

/** Each expression in a message that is not shown as it should be, as a line for people. `files`: by path below lib/. */
export function wrongMessages(files) {
  return [...files].flatMap(([file, text]) => {
    const ours = [...OURS, ...(OURS_IN[file] ?? [])];
    const found = [...text.matchAll(THROWN)].flatMap(({ index, 0: call }) => [
      ...expressionsIn(argumentsAt(text, index + call.length)),
    ]);
    const wrong = new Set(found.filter((expression) => !isShown(expression) && !ours.includes(expression)));
    if (text.includes('JSON.stringify(') && !WRITES_JSON.includes(file)) wrong.add('JSON.stringify(…)');
    return [...wrong].map((expression) => `lib/${file}: \${${expression}}`);
  });
}

export function checkMessages() {
  const paths = readdirSync('lib', { recursive: true }).filter((path) => path.endsWith('.ts') && !OTHERS.test(path));
  const wrong = wrongMessages(new Map(paths.map((path) => [path, readFileSync(`lib/${path}`, 'utf8')])));
  if (wrong.length > 0)
    throw new Failure(
      `Messages show what a caller gave by show(), paths by visible(). What is ours is named in scripts/lint-messages.mjs:\n${wrong.join('\n')}`,
    );
}

if (isMain(import.meta.url)) await script(checkMessages);

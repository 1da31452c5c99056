// SPDX-License-Identifier: GPL-2.0-only
/** A finding on a tree's own code as a mail to whoever wrote the code. Of the tree's source it has names of functions, and lines by number. */
import { packageVersion } from '../../files/package-version.js';
import { bugPlaces } from '../../generated/abi.js';
import { largest } from '../../largest.js';
import type { CallPath } from '../../machine/call-paths.js';
import type { BuiltCode } from '../../own-code/manifest.js';
import { buildCommand } from '../../own-code/names.js';
import { type SourceLine, sourceLines } from '../../own-code/source-lines.js';
import { headerKey } from '../../trace/header.js';
import { printItem, printPieces } from '../../trace/print.js';
import { callsOf } from '../../trace/program.js';
import { runTrace } from '../../trace/replay.js';
import type { Trace } from '../../trace/types.js';
import { hex } from '../../trace/words.js';
import { visible } from '../../visible.js';
import type { Oracle, Verdict } from '../fuzzer.js';
import { sentenceOf } from '../rules.js';
import type { ChangedEntry, Word } from './changed-entries.js';
import { filled, header } from './filled.js';
import { type JudgedCall, runJudgedCall } from './judged-call.js';

/** Who objects, for people who do not know the fuzzer. */
const JUDGES: Readonly<Record<Oracle, string>> = {
  rules: 'an invariant of gmaps does not hold',
  hardware: 'a simulated TLB, or what the hardware does with the tables, shows it',
  model: 'an abstract model of mappings, links and armed pages expects something else',
  locks: 'the locks that are taken show it',
  leaks: 'something is left that nobody will free',
  bug: 'no program may cause this BUG',
  contents: 'memory does not hold what was stored there',
  other: 'another implementation, which made the same calls, does something else',
};

/** The code that the finding is of, and what somebody objects to now. */
export interface Found {
  readonly code: BuiltCode;
  readonly trace: Trace;
  readonly verdict: Verdict;
}

/** Lines of plain text, the first of them `Subject:`. */
export function printMail(found: Found): string {
  const { code, trace, verdict } = found;
  const judged = runJudgedCall(trace, code.name, verdict.operation);
  const recording = runTrace(trace, { code: code.name });
  const parts = [
    header('Subject', `s390/mm: ${whatRan(found)}: ${whatIsWrong(verdict)}`),
    ['', ...introduction(found), ''],
    [...wrong(verdict, judged), ''],
    [...withWhat(found), ''],
    [...theCall(found, judged), ''],
    judged.bug.length > 0 ? [...bugPath(code, judged.bug), ''] : [],
    judged.entries.length > 0 ? [...theEntries(code, judged), ''] : [],
    [...toRepeat(code), ''],
    ['------------------------------ finding.trace ------------------------------'],
    program(recording),
  ];
  return `${parts.flat().map(visible).join('\n')}\n`;
}

/** The call, or what comes after the last one. */
function whatRan({ trace, verdict }: Found): string {
  return isInProgram(trace, verdict) ? `${verdict.op}()` : 'when everything is freed';
}

function isInProgram(trace: Trace, { operation }: Verdict): boolean {
  return operation < callsOf(trace).length;
}

function introduction(found: Found): string[] {
  return filled(
    `Something is wrong in gmap.c or pgtable.c of Linux ${found.code.version}, ${where(found)}. It was found by running these two ` +
      `files, unmodified, with a simulated machine around them (s390-gmap ${packageVersion()}). One CPU runs at a time: it is no race.`,
  );
}

function where({ trace, verdict }: Found): string {
  return isInProgram(trace, verdict) ? `after ${verdict.op}()` : 'when a process exits and its gmaps are removed';
}

/** In a few words; what the tree's source says there is left out. */
function whatIsWrong({ oracle, rule, text }: Verdict): string {
  if (rule === 'own_bug') return withoutSource(text).replace(/^BUG or WARN in a tree's own code: /, '');
  const place = oracle === 'bug' || oracle === 'locks' ? bugPlaces.find(({ name }) => name === rule) : undefined;
  if (oracle === 'leaks') return JUDGES.leaks;
  // Their rules are names, which say little.
  if (oracle === 'model' || oracle === 'hardware' || oracle === 'contents') return `${rule}: ${text}`;
  const sentence = sentenceOf(rule);
  return place?.text ?? (sentence === undefined ? rule : `does not hold: ${sentence}`);
}

/** `gmap.c:363: BUG: CONDITION` without the condition. */
function withoutSource(text: string): string {
  return text.replace(/(\S+:[0-9]+: (?:BUG|VM_BUG|WARN|an instruction that is not simulated)): .*$/s, '$1');
}

function wrong(verdict: Verdict, { storageStart }: JudgedCall): string[] {
  const sentence = sentenceOf(verdict.rule);
  return [
    'What is wrong:',
    '',
    ...(sentence === undefined ? [] : [...filled(`must hold: ${sentence}`, '  '), '']),
    ...filled(withoutSource(onOneMachine(verdict.text, storageStart)), '  '),
    '',
    ...filled(`Who says so: ${JUDGES[verdict.oracle as Oracle]} (${verdict.oracle}: ${verdict.rule}).`),
  ];
}

/** Machines of a process have their storage at different multiples of 2^32 from 2^45 on, see native/core/machine/memory.c. */
const PLACE_WORD = /0x20[0-3][0-9a-f]{9}\b/g;

/** A text of another machine's addresses as it would be of the one whose tables are shown. */
function onOneMachine(text: string, storageStart: bigint): string {
  if (storageStart >> 38n !== 0x2000_0000_0000n >> 38n) return text;
  return text.replace(PLACE_WORD, (word) => hex(storageStart + (BigInt(word) & 0xffff_ffffn)));
}

function withWhat({ code, trace }: Found): string[] {
  const row = (name: string, text: string) => filled(text, '             ', `  ${name.padEnd(11)}`);
  const against = trace.header.get('against');
  return [
    'With what:',
    '',
    ...row('kernel', `Linux ${code.version}${code.tree === undefined ? `, ${code.from}` : ', from a tree'}`),
    ...row('code', `${code.name}, run as ${code.kernel}`),
    ...row('compiler', code.compiler),
    ...row('flags', code.flags),
    ...row('machine', trace.header.get('machine') ?? 'one CPU, everything that it can have'),
    ...(against === undefined ? [] : row('beside', against)),
  ];
}

function theCall({ trace, verdict }: Found, { calls }: JudgedCall): string[] {
  const title = isInProgram(trace, verdict)
    ? `Call ${verdict.operation + 1} of the program below, with what it did (- was, + is):`
    : 'After the program below, with what these calls did (- was, + is):';
  return [title, '', ...calls.flatMap(printItem).map((line) => `  ${line}`)];
}

function bugPath(code: BuiltCode, path: CallPath): string[] {
  return ['How it came there, the innermost first:', '', ...linesOf(code, path, '  ')];
}

const MOST_ENTRIES = 12;

function theEntries(code: BuiltCode, { entries, storageStart }: JudgedCall): string[] {
  const more = entries.length - MOST_ENTRIES;
  return [
    ...filled(
      `Entries of tables that are others now, and how the code came to the store (absolute addresses; storage begins at ${hex(storageStart)}):`,
    ),
    ...entries.slice(0, MOST_ENTRIES).flatMap((entry) => ['', ...entryLines(code, entry)]),
    ...(more > 0 ? ['', `  and ${more} more`] : []),
  ];
}

function entryLines(code: BuiltCode, { name, address, before, after, path }: ChangedEntry): string[] {
  return [
    ...filled(`${name}, at ${hex(address)}`, '    ', '  '),
    ...filled(before ? wordText(before) : 'filled anew', '        ', '    was '),
    ...filled(wordText(after), '        ', '    is  '),
    ...linesOf(code, path, '      '),
  ];
}

function wordText({ value, flags }: Word): string {
  return [value.toString(16).padStart(16, '0'), ...flags].join(' ');
}

function linesOf(code: BuiltCode, path: CallPath, indent: string): string[] {
  if (path.length === 0) return filled('(from where is not known on this system)', indent);
  const lines = sourceLines(code, path)?.flat();
  if (!lines) return filled('(from where addr2line would tell: it is in the package binutils)', indent);
  if (lines.length === 0) return filled('(by no line of the tree: the machine around it)', indent);
  const width = largest(lines.map(({ function: name }) => name.length));
  return lines.map(({ function: name, file, line }: SourceLine) => `${indent}${name.padEnd(width)}  ${file}:${line}`);
}

function toRepeat(code: BuiltCode): string[] {
  return [
    'To repeat it, with what follows the line below as finding.trace:',
    '',
    `  ${buildCommand(code.name, undefined)}`,
    `  s390-gmap fuzz recheck finding.trace --code ${code.name}`,
  ];
}

/** What the mail has said already, or is of the campaign. */
const LEFT_OUT = ['text', 'rule', 'seed', 'needs'];

function program({ items }: Trace): string[] {
  const kept = items.filter((item) => item.kind === 'call' || !LEFT_OUT.includes(headerKey(item.text) ?? ''));
  return [...printPieces(kept)].join('').trimEnd().split('\n');
}

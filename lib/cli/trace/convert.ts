// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap convert IN OUT`: a program in another of the forms that programs have. */
import { extname } from 'node:path';
import type { Command } from 'commander';
import { openPieces } from '../../files/pieces.js';
import { writePieces } from '../../files/write.js';
import { HEAD_BYTES, headerOf, headOf } from '../../fuzz/input.js';
import { decodePieces } from '../../trace/decode-program.js';
import { makeComment } from '../../trace/make.js';
import { piecesOf } from '../../trace/pieces.js';
import { printPieces } from '../../trace/print.js';
import { encodeCalls, isExecuted } from '../../trace/program.js';
import type { TraceItem, TraceItems } from '../../trace/types.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';
import { itemsOrProblem, openProgram } from './model-problems.js';

/** What a program is in, by the extension of its file. Inputs in corpora have none. */
const FORMS = new Map([
  ['.trace', 'text'],
  ['.bin', 'a binary program'],
  ['.input', 'an input of the fuzzer'],
  ['', 'an input of the fuzzer'],
] as const);

type Form = 'text' | 'a binary program' | 'an input of the fuzzer';

export function registerConvert(program: Command): void {
  program
    .command('convert')
    .description('convert a program: .trace is text, .bin a binary program, .input an input of the fuzzer')
    .argument('<in>', 'the program; without an extension it is an input, as in corpora')
    .argument('<out>', 'the file to be written')
    .addHelpText(
      'after',
      '\nComments, and what was recorded, are in text only. A binary program does not say on which machine it runs.',
    )
    .action(convert);
}

async function convert(from: string, to: string): Promise<void> {
  const [source, target] = [formOf(from), formOf(to)];
  if (source === target) throw new CliError(`${visible(from)} and ${visible(to)} would both be ${source}`);
  if (source === 'text') {
    using trace = await openProgram(from);
    writePieces(to, itemsOrProblem(from, encode(trace, target)));
  } else {
    using file = openPieces(from);
    const [first = new Uint8Array(0)] = file.pieces();
    const head = source === 'a binary program' ? undefined : first.slice(0, HEAD_BYTES);
    const program = head ? without(HEAD_BYTES, file.pieces()) : file.pieces();
    writePieces(to, target === 'text' ? printPieces(decode(head, program)) : recode(target, program));
  }
}

function formOf(file: string): Form {
  const extension = extname(file);
  const form = FORMS.get(extension as '');
  if (form !== undefined && file !== '-') return form;
  throw new CliError(
    `${visible(file)} does not say what it is: .trace is text, .bin a binary program, .input an input of the fuzzer`,
  );
}

function* encode(trace: TraceItems, form: Form): Generator<Uint8Array> {
  if (form === 'an input of the fuzzer') yield headOf(trace);
  for (const items of piecesOf(trace.items)) yield encodeCalls(items.filter(isExecuted));
}

/** @param head of an input; undefined: it is a binary program */
function* decode(head: Uint8Array | undefined, program: Iterable<Uint8Array>): Generator<TraceItem> {
  for (const line of head ? headerOf(head) : []) yield makeComment(line);
  yield* decodePieces(program);
}

/** From an input to a binary program, and back; that asks for the usual machine. */
function* recode(form: Form, program: Iterable<Uint8Array>): Generator<Uint8Array> {
  if (form === 'an input of the fuzzer') yield headOf({ header: new Map() });
  yield* program;
}

function* without(bytes: number, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let left = bytes;
  for (const piece of pieces) {
    yield piece.subarray(left);
    left -= Math.min(left, piece.length);
  }
}

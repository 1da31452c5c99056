// SPDX-License-Identifier: GPL-2.0-only
/** The types of a kernel for its crash dumps, as BTF: stock kernels of some distributions have none in them. */
import { join } from 'node:path';
import type { Field } from '../../dump/types/btf.js';
import { readSection } from '../../dump/types/elf-section.js';
import { type StructLayout, writeBtf } from '../../dump/types/write-btf.js';
import { makeFolder } from '../../files/folders.js';
import { remove, replaceFile, writeFile } from '../../files/write.js';
import { CommandError, run } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import { assignments, moduleVariables } from './harness.js';
import {
  ANSWER_WORDS,
  ANSWERS,
  afterErrors,
  allQuestions,
  bitFields,
  bitsSection,
  type Question,
  sourceOf,
} from './types-source.js';

const FILE = 'types.btf';
const [SOURCE, OBJECT] = ['types.c', 'types.o'];
/** Once for what is not there and for bit fields, and once more where a structure is in one that is not there. */
const MOST_TRIES = 4;
/** Of an int, in which bit fields are. */
const INT_SIZE = 4;

/**
 * Has the headers or the tree at `build` asked. Answers the file, in `folder`.
 *
 * @throws {LiveKernelError} ERR_BUILD if the compiler does not like them.
 */
export async function buildTypes(folder: string, build: string, onProgress: OnProgress): Promise<string> {
  onProgress({ step: 'find the types of the kernel' });
  const work = join(folder, 'types');
  remove(work);
  makeFolder(work);
  writeFile(join(work, 'Kbuild'), `obj-m := ${OBJECT}\nccflags-y := -fno-diagnostics-show-caret\n`);
  const questions = await compile(work, build);
  const file = join(folder, FILE);
  replaceFile(file, writeBtf(layoutsOf(questions, join(work, OBJECT as string))));
  remove(work);
  return file;
}

/** Answers what the object file has answers to. */
async function compile(work: string, build: string): Promise<Question[]> {
  let questions = allQuestions();
  for (let tries = 1; ; tries++) {
    writeFile(join(work, SOURCE as string), sourceOf(questions));
    try {
      await run('make', ['-s', '-C', build, ...assignments(moduleVariables(work)), OBJECT as string]);
      return questions;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const left = tries < MOST_TRIES ? afterErrors(questions, SOURCE as string, error.output) : undefined;
      if (!left) throw failed(error);
      questions = left;
    }
  }
}

function failed(error: CommandError): LiveKernelError {
  const message = `the types of the kernel cannot be found: ${error.message}\n${error.lastLines(20)}`;
  return new LiveKernelError('ERR_BUILD', message, { cause: error });
}

function layoutsOf(questions: readonly Question[], object: string): StructLayout[] {
  const answers = needSection(object, ANSWERS);
  const found = new Map<Question, Field>();
  for (const [i, question] of questions.filter(({ isBitField }) => !isBitField).entries()) {
    const [offset, size, element] = [0, 1, 2].map((word) =>
      Number(answers.readBigUInt64BE(8 * (ANSWER_WORDS * i + word))),
    ) as [number, number, number];
    found.set(question, { offset, bit: 8 * offset, bits: 0, size, count: element === 0 ? 0 : size / element });
  }
  for (const [i, question] of bitFields(questions).entries())
    found.set(question, bitFieldIn(needSection(object, bitsSection(i))));
  return questions
    .filter(({ path }) => path === undefined)
    .map((whole) => {
      const { struct } = whole;
      const members = questions.filter((question) => question.struct === struct && question.path !== undefined);
      const fields = new Map(members.map((question) => [question.path as string, found.get(question) as Field]));
      return { name: struct, size: (found.get(whole) as Field).size, fields };
    });
}

/** A structure in which only the bits of that field are set. */
function bitFieldIn(bytes: Buffer): Field {
  const set = [...bytes].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => 8 * at + bit),
  );
  const [bit = 0] = set;
  return { offset: bit >> 3, bit, bits: set.length, size: INT_SIZE, count: 0 };
}

function needSection(object: string, name: string): Buffer {
  const section = readSection(object, name);
  if (section) return section;
  throw new LiveKernelError('ERR_BUILD', `the compiler has made no section ${name} in ${object}`);
}

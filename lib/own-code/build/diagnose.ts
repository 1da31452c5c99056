// SPDX-License-Identifier: GPL-2.0-only
/** What a compiler objects to in a tree's code, for people who want to mend it. */
import { join } from 'node:path';
import type { CommandError } from '../../kernel/command.js';
import { visible } from '../../visible.js';
import { OwnCodeError, type OwnCodeErrorCode } from '../errors.js';
import { placeOf } from './places.js';
import { INCLUDES, type SourceTree } from './tree.js';

/** Something is wrong with a tree's code. */
export class TreeError extends OwnCodeError {
  /** Files, there or not, whose change may mend it. */
  readonly files: readonly string[];

  constructor(code: OwnCodeErrorCode, message: string, files: readonly string[], options?: ErrorOptions) {
    super(code, message, options);
    this.files = files;
  }
}

interface Complaint {
  /** Where it stands, if that is known. */
  readonly file?: string;
  readonly place: string;
  readonly text: string;
}

const MOST = 8;

/** `path:12:3: error: what [-Werror=…]` */
const ERROR = /^(\/[^:\n]+):([0-9]+):(?:[0-9]+:)? (?:fatal )?error: (.*)$/gm;
/** `path:12: undefined reference to 'name'`, which names functions as the object file does. */
const UNDEFINED = /^(?:.*: )?(\/[^:\n]+):([0-9]+): (?:warning: |error: )?(undefined reference to .*)$/gm;

/** `gmap.c:(.text.name+0x12): undefined reference to 'name'`: sources of this package, in which places are not known. */
const LACKING = /^(?:.*: )?([\w.-]+\.cc?):\([^)]*\): (?:warning: |error: )?undefined reference to (.*)$/gm;

/** How people may go on. */
const ADVICE = `The two files are compiled with the tree's own headers of s390, and with this package's (native/own-code/include) for the
rest of Linux. Does Linux compile there (make ARCH=s390 arch/s390/mm/)? Then this package does not know what is used. Either
use what the unpatched file uses, or write a header that declares it, with a function that stands for it as static inline,
and give that to the build: --include FILE.`;

/** The error for what a compiler has said. `doing`: as in `compiling arch/s390/mm/gmap.c`; `read`: what it has read. */
export function complaint(
  doing: string,
  tree: SourceTree,
  error: CommandError,
  read: Iterable<string> = [],
): OwnCodeError {
  const all = complaintsIn(error.output, tree);
  const said = all.slice(0, MOST).map(({ place, text }) => `  ${visible(place)}: ${visible(text)}`);
  const lines = [
    `Linux ${tree.version}, ${visible(tree.called)}, cannot be built: ${doing} failed`,
    ...(said.length > 0
      ? said
      : error
          .lastLines(MOST)
          .split('\n')
          .map((line) => `  ${visible(line)}`)),
    ...(all.length > MOST ? [`  and ${all.length - MOST} more`] : []),
    ADVICE,
  ];
  const files = [
    ...read,
    ...all.flatMap((one) => [...(one.file ? [one.file] : []), ...placesOfHeader(one.text, tree)]),
  ];
  return new TreeError('ERR_CODE_BUILD', lines.join('\n'), [...new Set(files)], { cause: error });
}

/** Where a header can be that is not there. */
function placesOfHeader(text: string, { folder }: SourceTree): string[] {
  const [, name] = NO_HEADER.exec(text) ?? [];
  return name === undefined ? [] : INCLUDES.map((include) => join(folder, include, name));
}

const NO_HEADER = /^there is no header '(.*)'$/;

/** Each with the first place where it stands. */
function complaintsIn(output: string, tree: SourceTree): Complaint[] {
  const found = new Map<string, Complaint>();
  for (const pattern of [ERROR, UNDEFINED]) {
    for (const [, file = '', line = '', said = ''] of output.matchAll(pattern)) {
      const text = plain(said);
      if (!found.has(text)) found.set(text, { file, place: `${placeOf(file, tree)}:${line}`, text });
    }
  }
  for (const [, place = '', symbol = ''] of output.matchAll(LACKING)) {
    const text = `the tree has no function ${plain(symbol)}, which is called here`;
    if (!found.has(text)) found.set(text, { place, text });
  }
  return [...found.values()];
}

/** Without what only the compiler's users want to know, and with names as they are in the source. */
function plain(said: string): string {
  return said
    .replace(/ \[-W[^\]]*\]$/, '')
    .replaceAll(/[‘’`']/g, "'")
    .replaceAll("'linux_", "'")
    .replace(/^implicit declaration of function ('[^']*').*/, 'the function $1 is not declared')
    .replace(/^call to undeclared function ('[^']*').*/, 'the function $1 is not declared')
    .replace(/^undefined reference to ('[^']*').*/, 'the function $1 is declared and not there')
    .replace(/^('[^']*') file not found$/, 'there is no header $1')
    .replace(/^(\S+): No such file or directory$/, "there is no header '$1'");
}

/** Whether the tree may lack a file that it should have. */
export function isFileMissing(error: unknown): boolean {
  return (
    error instanceof OwnCodeError && (error.code === 'ERR_CODE_TREE' || /: there is no header /.test(error.message))
  );
}

// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz recheck FOLDER`: which saved findings are still there? For CI, and for `git bisect run`. */
import type { Command } from 'commander';
import { FileError } from '../../files/file-error.js';
import { printMail } from '../../fuzz/mail/mail.js';
import { Recheck } from '../../fuzz/recheck.js';
import type { FuzzRecheckJson, RecheckedFile } from '../../json/index.js';
import { GmapError } from '../../machine/errors.js';
import { requireCode } from '../../own-code/cache.js';
import { OwnCodeError, type OwnCodeErrorCode } from '../../own-code/errors.js';
import { TraceSyntaxError, UnknownKernelError } from '../../trace/index.js';
import { visible, visibleLines } from '../../visible.js';
import { codeOption, RUNS, runnerOf } from '../code.js';
import { CliError, ExitStatus } from '../errors.js';
import { findTraces, readTrace } from '../files.js';
import { printJson } from '../json.js';
import { withProgress } from '../progress.js';
import { breathe, EndingSignals } from '../signals.js';

interface Options {
  readonly code?: string;
  readonly mail?: boolean;
  readonly json?: boolean;
}

const HELP = `
Exit status 0 if none is there any more, 1 if one is, 2 if one cannot be run, 125 if the code is missing or must be built
again, which tells "git bisect run" to leave a commit out:

  git bisect run sh -c 's390-gmap kernel build --source . --name mine || exit 125
                        s390-gmap fuzz recheck findings --code mine'

With --mail one finding is printed as the text of a mail: what is wrong, the program, the lines of the tree by which it came there,
and the table entries before and after:

  s390-gmap fuzz recheck findings/rules-I18-06c813d9.trace --code mine --mail`;

export function registerFuzzRecheck(fuzz: Command): void {
  fuzz
    .command('recheck')
    .description('run saved findings again: which are still there?')
    .argument('<paths...>', 'folders of findings, or traces')
    .addOption(codeOption(RUNS))
    .option('--mail', 'print a finding on a code as a mail to who wrote the code, if it is still there')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await recheck(paths, options);
    });
}

/** Where there is nothing that could be asked. */
const UNTESTABLE: readonly OwnCodeErrorCode[] = ['ERR_CODE_NOT_BUILT', 'ERR_CODE_STALE', 'ERR_CODE_LOAD'];

async function recheck(paths: readonly string[], options: Options): Promise<number> {
  try {
    return await recheckOn(paths, options);
  } catch (error) {
    if (!(error instanceof OwnCodeError) || !UNTESTABLE.includes(error.code)) throw error;
    console.error(`error: ${visibleLines(error.message)}`);
    return ExitStatus.UNTESTABLE;
  }
}

async function recheckOn(paths: readonly string[], { code: name, mail, json }: Options): Promise<number> {
  const { code } = runnerOf({ code: name });
  const files = findTraces(paths);
  if (mail) return mailOf(files, code, json);
  using signals = new EndingSignals();
  using checking = new Recheck(code);
  const results = await withProgress(files, async (file) => {
    await breathe(signals.signal);
    return recheckFile(checking, file);
  });
  if (json) printJson<FuzzRecheckJson>({ ...countsOf(results), files: results });
  else print(results);
  return statusOf(results);
}

/** Prints the mail about one finding; what keeps it from being written goes where errors do. */
function mailOf(files: readonly string[], name: string | undefined, json: boolean | undefined): number {
  const [file = ''] = files;
  if (json) throw new CliError('--mail is a text: leave out --json');
  if (files.length > 1) throw new CliError(`--mail is about one finding, and here are ${files.length}: name one`);
  if (name === undefined) throw new CliError(`--mail is about a tree's own code: name it${codeOfTrace(file)}`);
  using checking = new Recheck(name);
  const result = recheckFile(checking, file);
  const { state, verdict } = result;
  if ((state === 'there' || state === 'other') && verdict)
    process.stdout.write(printMail({ code: requireCode(name), trace: readTrace(file), verdict }));
  else console.error(`no mail: ${describe(result)}`);
  return statusOf([result]);
}

/** The option that a saved finding asks for. */
function codeOfTrace(file: string): string {
  const code = readTrace(file).header.get('code');
  return code === undefined ? ' with --code (this finding is of the port)' : ` with --code ${visible(code)}`;
}

/** What is wrong with one file must not keep the others from being run. */
function recheckFile(checking: Recheck, file: string): RecheckedFile {
  try {
    const result = checking.check(readTrace(file));
    const { state, saved } = result;
    const verdict = 'verdict' in result ? result.verdict : null;
    return { file, state, finding: saved ? `${saved.oracle}: ${saved.rule}` : null, verdict, error: null };
  } catch (error) {
    return { file, state: 'failed', finding: null, verdict: null, error: problemOf(file, error) };
  }
}

function problemOf(file: string, error: unknown): string {
  if (error instanceof TraceSyntaxError || error instanceof FileError) return error.message;
  const isOfOne =
    error instanceof OwnCodeError && ['ERR_CODE_KERNEL', 'ERR_CODE_SAME', 'ERR_CODE_NAME'].includes(error.code);
  if (isOfOne || error instanceof UnknownKernelError || error instanceof GmapError || error instanceof RangeError)
    return `${visible(file)}: ${error.message}`;
  throw error;
}

function countsOf(results: readonly RecheckedFile[]): Omit<FuzzRecheckJson, 'files'> {
  const count = (...states: RecheckedFile['state'][]) => results.filter(({ state }) => states.includes(state)).length;
  return { there: count('there', 'other'), gone: count('gone'), unknown: count('unknown'), failed: count('failed') };
}

function statusOf(results: readonly RecheckedFile[]): number {
  const { there, failed } = countsOf(results);
  if (there > 0) return ExitStatus.FAILED;
  return failed > 0 ? ExitStatus.USAGE : ExitStatus.OK;
}

function print(results: readonly RecheckedFile[]): void {
  for (const result of results) console.log(describe(result));
  const { there, gone, unknown, failed } = countsOf(results);
  const rest = [...(unknown > 0 ? [`${unknown} not asked`] : []), ...(failed > 0 ? [`${failed} not run`] : [])];
  console.log([`${there} still there`, `${gone} gone`, ...rest].join(', '));
}

function describe({ file, state, finding, verdict, error }: RecheckedFile): string {
  const what = `${visible(file)}${finding === null ? '' : `: ${visible(finding)}`}`;
  switch (state) {
    case 'there':
      return `there    ${what}${finding === null && verdict ? `: ${verdict.oracle}: ${verdict.rule}` : ''}`;
    case 'other':
      return `there    ${what}, now as ${verdict?.oracle}: ${verdict?.rule}`;
    case 'gone':
      return `gone     ${what}`;
    case 'unknown':
      return `unknown  ${what}: who objected is not here`;
    case 'failed':
      return `FAIL     ${visibleLines(error ?? '')}`;
  }
}

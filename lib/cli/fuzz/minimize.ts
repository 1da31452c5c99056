// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz minimize FILE`: the smallest program that shows the same. */
import { type Command, Option } from 'commander';
import { writeFile } from '../../files/write.js';
import { readInput } from '../../fuzz/corpus.js';
import { findingOf } from '../../fuzz/fuzz.js';
import { Fuzzer, type Oracle } from '../../fuzz/fuzzer.js';
import { HEAD_BYTES } from '../../fuzz/input.js';
import type { FuzzMinimizeJson } from '../../json/index.js';
import { decodeProgram } from '../../trace/decode-program.js';
import { printTrace } from '../../trace/print.js';
import { callsOf } from '../../trace/program.js';
import { visible } from '../../visible.js';
import { againstOption, codeOption, RUNS, sideNames } from '../code.js';
import { ExitStatus, fileProblem } from '../errors.js';
import { printJson } from '../json.js';
import { modelProblems } from '../trace/model-problems.js';
import { findingJson, printFiles, printFinding } from './findings.js';
import { oracleList } from './options.js';

interface Options {
  readonly code?: string;
  readonly against?: string;
  readonly output?: string;
  readonly oracles?: Oracle[];
  readonly json?: boolean;
}

export function registerFuzzMinimize(fuzz: Command): void {
  fuzz
    .command('minimize')
    .description('the smallest program that shows what this one shows')
    .argument('<file>', 'a trace, or an input of a corpus')
    .option('-o, --output <file>', 'where the smaller trace is written')
    .addOption(codeOption(RUNS))
    .addOption(againstOption())
    .addOption(new Option('--oracles <list>', 'who judges; default: all').argParser(oracleList))
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExit status 1: something was found; 0: nobody objects to the program.')
    .action(async (file: string, options: Options) => {
      process.exitCode = await minimize(file, options);
    });
}

/** Answers the exit status. */
async function minimize(file: string, { output, oracles, json, ...asked }: Options): Promise<number> {
  const where = sideNames(asked);
  const input = readInput(file);
  const calls = decodeProgram(input.subarray(HEAD_BYTES)).length;
  using fuzzer = new Fuzzer({
    ...('code' in where || 'against' in where ? where : { kernel: 'any' }),
    ...(oracles && { oracles }),
  });
  const smaller = modelProblems(file, () => fuzzer.minimize(input));
  if (!smaller) {
    if (json) printJson<FuzzMinimizeJson>(null);
    else console.log(`nobody objects to ${visible(file)}`);
    return ExitStatus.OK;
  }
  const finding = findingOf({ ...smaller.verdict, input: smaller.input, run: 0, failed: undefined }, 0n, where);
  // Printed first: it may be that it cannot be written.
  if (!json) printFinding(finding);
  const problem = await fileProblem(() => output !== undefined && writeFile(output, printTrace(finding.trace)));
  const files = output === undefined || problem ? {} : { trace: output };
  if (json) {
    printJson<FuzzMinimizeJson>({ ...findingJson(finding, files), calls, tries: smaller.tries });
  } else {
    printFiles(files);
    console.log(`${calls} calls became ${callsOf(finding.trace).length}, in ${smaller.tries} tries`);
  }
  if (problem) throw problem;
  return ExitStatus.FAILED;
}

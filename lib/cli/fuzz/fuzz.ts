// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz`: a campaign, and what is done with its corpus. */
import { type Command, Option } from 'commander';
import { exists } from '../../files/folders.js';
import { packageRoot } from '../../package-root.js';
import { againstOption, codeOption, RUNS } from '../code.js';
import { CliError } from '../errors.js';
import { wholeNumber } from '../numbers.js';
import { profileOption } from '../profile.js';
import { runFuzzCampaign } from './campaign.js';
import { registerFuzzCover } from './cover.js';
import { registerFuzzMerge } from './merge.js';
import { registerFuzzMinimize } from './minimize.js';
import { duration, type FuzzCommandOptions, oracleList, seed } from './options.js';
import { registerFuzzRecheck } from './recheck.js';

const EXAMPLES = `
Without --time and --runs it goes on until Ctrl-C, which keeps everything.
Exit status 0 if nothing was found, 1 if something was.

  s390-gmap fuzz --time 60s                       all oracles, a minute
  s390-gmap fuzz --corpus corpus --jobs 4         goes on where the corpus is
  s390-gmap fuzz --time 10m --kernel any          on each kernel that the model knows
  s390-gmap fuzz --time 10m --live 6.1            the programs kept, on a booted kernel too
  s390-gmap fuzz --time 10m --code mine           on a tree's own gmap.c, see kernel build
  s390-gmap fuzz --code mine --against 6.1        and programs on which two codes differ
  s390-gmap fuzz minimize finding.trace           the smallest program that shows the same
  s390-gmap fuzz recheck findings                 which of them are still there
  s390-gmap fuzz merge all corpus-a corpus-b      what is needed of several corpora
  s390-gmap fuzz cover corpus                     which lines of gmap.c a corpus reaches`;

export function registerFuzz(program: Command): void {
  const fuzz = program
    .command('fuzz')
    .description('run random programs, guided by what is new about them, and judge each operation')
    .option('--time <duration>', 'ends it: 60s, 10m, 2h', duration)
    .option('--runs <count>', 'ends it: programs, of all jobs together', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addOption(
      new Option('--seed <number>', 'the same seed does the same; each further job has the next one')
        .argParser(seed)
        .default(1n, '1'),
    )
    .option('--corpus <folder>', 'takes programs from there, and keeps there what does something new')
    .option('--findings <folder>', 'where programs that show something are written', 'findings')
    .option('--jobs <count>', 'processes; more than the machine has CPUs do not help', wholeNumber(1, 256), 1)
    .addOption(profileOption('what the model is, or any (default: 4.7, or that of --code or --live)'))
    .addOption(codeOption(RUNS))
    .addOption(againstOption())
    .option('--live <name>', 'a booted kernel, such as 6.1, for the programs that are kept; see kernel list')
    .addOption(new Option('--model <name>', 'what --kernel was called').hideHelp())
    .option('--oracles <list>', 'rules,hardware,model,locks,leaks,bug; default: all', oracleList)
    .option('--length <operations>', 'of a program, at most', wholeNumber(1, 128), 40)
    .option('--no-fail', 'do not repeat what is kept with each allocation failing')
    .option('--coverage', 'be guided by the edges of the code: needs npm run build:coverage')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (options: FuzzCommandOptions) => {
      process.exitCode = await runFuzzCampaign(options, environment(options));
    });
  registerFuzzMinimize(fuzz);
  registerFuzzMerge(fuzz);
  registerFuzzRecheck(fuzz);
  registerFuzzCover(fuzz);
}

/** Names the addon whose core counts its edges. */
function environment({ coverage, code }: FuzzCommandOptions): NodeJS.ProcessEnv {
  if (!coverage) return {};
  if (code !== undefined) throw new CliError('--coverage is of the port: leave it out with --code');
  const addon = `${packageRoot}out/coverage/build/Release/s390_gmap.node`;
  if (!exists(addon)) throw new CliError('there is no build with counters: run `npm run build:coverage` in a clone');
  return { S390_GMAP_ADDON: addon };
}

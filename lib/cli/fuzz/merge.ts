// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap fuzz merge OUT DIR…`: of several corpora what is needed to reach all that they reach together. */
import { type Command, Option } from 'commander';
import { requireThere } from '../../files/folders.js';
import { CorpusFolder } from '../../fuzz/corpus.js';
import { Fuzzer } from '../../fuzz/fuzzer.js';
import { visible } from '../../visible.js';
import { codeOption, RUNS } from '../code.js';
import { printSkipped } from '../files.js';
import { deprecated } from '../old-spellings.js';
import { anyProfileOf, profileOption } from '../profile.js';
import { withProgress } from '../progress.js';

interface Options {
  readonly kernel?: string;
  readonly code?: string;
  /** What `--kernel` was called. */
  readonly model?: string;
}

export function registerFuzzMerge(fuzz: Command): void {
  fuzz
    .command('merge')
    .description('keep, of several corpora, the programs that together reach what all of them reach')
    .argument('<output>', 'the folder for them; what is in it counts, and stays')
    .argument('<folders...>', 'corpora: of this fuzzer, of libFuzzer, of AFL++')
    .addOption(profileOption('on which kernel they run, or any (default: any, or that of --code)'))
    .addOption(codeOption(RUNS))
    .addOption(new Option('--model <name>', 'what --kernel was called').hideHelp())
    .action(merge);
}

async function merge(output: string, folders: readonly string[], { kernel, code, model }: Options): Promise<void> {
  if (model !== undefined) deprecated(`--model ${model}`, `--kernel ${model}`);
  // They are only run: who objects to one of them is a question for a campaign.
  const asked = model ?? kernel ?? (code === undefined ? 'any' : undefined);
  using fuzzer = new Fuzzer({
    ...(asked !== undefined && { kernel: anyProfileOf(asked) }),
    ...(code !== undefined && { code }),
    oracles: [],
  });
  const target = new CorpusFolder(output, printSkipped);
  for (const { input } of target.news()) fuzzer.add(input);
  const before = fuzzer.stats.corpus;
  // Short ones first: of two that reach the same the shorter one is kept.
  const inputs = folders
    .flatMap((folder) =>
      existing(folder)
        .news()
        .map(({ input }) => input),
    )
    .sort((a, b) => a.length - b.length || Buffer.compare(a, b));
  await withProgress(inputs, (input) => {
    if (fuzzer.add(input)) target.save(input);
  });
  const { corpus, edges } = fuzzer.stats;
  console.log(
    `${corpus - before} of ${inputs.length} programs were added to ${visible(output)}, which reaches ${edges} edges`,
  );
}

function existing(path: string): CorpusFolder {
  requireThere(path);
  return new CorpusFolder(path, printSkipped);
}

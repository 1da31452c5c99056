// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel build NAME` and `kernel build --source DIR --name NAME`. */
import type { Command } from 'commander';
import { requireThere } from '../../files/folders.js';
import type { Build, buildKernel } from '../../kernel/index.js';
import { isMirror, MIRROR } from '../../kernel/install/mirrors.js';
import type { BuiltCode } from '../../own-code/cache.js';
import { show } from '../../show.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';
import { duration, seed } from '../fuzz/options.js';
import { wholeNumber } from '../numbers.js';
import { EndingSignals, Stopped } from '../signals.js';
import { withSteps } from './progress.js';

interface Options {
  readonly source?: string;
  readonly name?: string;
  readonly mirror?: string;
  readonly compiler?: string;
  readonly include?: string;
  readonly sanitize?: boolean;
  readonly hooks: boolean;
  readonly watch?: boolean;
  readonly recordings?: string;
  readonly runs?: number;
  readonly time?: number;
  readonly seed?: bigint;
}

export function registerKernelBuild(kernel: Command): void {
  kernel
    .command('build')
    .description("build a Linux tree's own gmap.c and pgtable.c, for --code of other commands")
    .argument('[version]', "of Debian's linux-source, as in 6.1; the code is called linux-6.1")
    .option('--source <dir>', 'a Linux tree of your own, patched or not; it is not written to')
    .option('--name <name>', 'what the code of that tree is to be called')
    .option('--mirror <uri>', 'a Debian mirror, in place of those that apt is configured for')
    .option('--compiler <program>', 'a C compiler; default: clang, or else gcc')
    .option('--include <file>', 'a header with declarations of what only this tree uses')
    .option('--sanitize', 'build it with AddressSanitizer and UBSan (clang)')
    .option('--no-hooks', 'without calls at each store: for benchmarks; snapshots and most checks do not work')
    .option('--watch', 'build again whenever a file that was read is saved, and tell what is other than before')
    .option('--recordings <path>', 'for --watch: recordings to replay; default: those here of its kernel')
    .option('--runs <count>', `for --watch: programs to run for each save; default: ${RUNS}`, wholeNumber(1, 2 ** 32))
    .option('--time <duration>', 'for --watch: how long that may take at most; default: 30s', duration)
    .option('--seed <number>', 'for --watch: of these programs; default: 1', seed)
    .addHelpText('after', HELP)
    .action(build);
}

const RUNS = 20_000;
const MILLISECONDS = 30_000;
const HELP = `
Needs clang, or gcc with g++, and no root. Everything is below $S390_GMAP_CACHE, or s390-gmap in $XDG_CACHE_HOME or
~/.cache. A code is built again by the same command when its tree, its compiler or this package has changed.`;

async function build(version: string | undefined, options: Options): Promise<void> {
  const { watch: watches, recordings, runs, time, seed } = options;
  const [name, forLibrary] = whatIsAsked(version, options);
  const check = { recordings, runs, time, seed };
  const [notHere] = Object.entries(check).filter(([, value]) => value !== undefined && !watches);
  if (notHere) throw new CliError(`--${notHere[0]} is for --watch`);
  if (recordings !== undefined) requireThere(recordings);
  using signals = new EndingSignals({ interrupt: true });
  const { signal } = signals;
  // Half of all modules: the other commands of kernel do not wait for them.
  const { buildKernel } = await import('../../own-code/build/build.js');
  const buildIt = (stop: AbortSignal) =>
    withSteps((onProgress) => buildKernel(name, { ...forLibrary, onProgress, signal: stop }));
  if (watches) {
    const options = { recordings, runs: runs ?? RUNS, time: time ?? MILLISECONDS, seed: seed ?? 1n };
    // Signals are heard until the end of this function.
    const { watch } = await import('./watch.js');
    return await watch({ build: buildIt, say }, options, signal);
  }
  say(
    await buildIt(signal).catch((error) => {
      throw signal.aborted ? new Stopped() : error;
    }),
  );
}

type Asked = Omit<NonNullable<Parameters<typeof buildKernel>[1]>, 'onProgress' | 'signal'>;

/** The name of the code, and the options of the library. */
function whatIsAsked(
  version: string | undefined,
  { name, source, mirror, compiler, include, sanitize, hooks }: Options,
): [string, Asked] {
  if ((version === undefined) === (source === undefined))
    throw new CliError('build what? Either a version, as in "kernel build 6.1", or --source DIR --name NAME');
  if (source !== undefined && name === undefined)
    throw new CliError('what shall the code of that tree be called? --name NAME');
  if (source === undefined && name !== undefined) throw new CliError('--name is for a tree from --source');
  if (source !== undefined && mirror !== undefined) throw new CliError('--mirror is not for a tree from --source');
  if (mirror !== undefined && !isMirror(mirror)) throw new CliError(`--mirror must be ${MIRROR}, not ${show(mirror)}`);
  const options = { source, mirror, compiler, include, sanitize, hooks };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return [version ?? name ?? '', Object.fromEntries(given)];
}

function say({ code, alreadyThere }: Build): void {
  const where = `Linux ${code.version}, from ${visible(code.from)}, in ${visible(code.folder)}`;
  console.log(`${code.name} ${alreadyThere ? 'is already built' : 'is built'}: ${where}`);
  if (!isOwnProfile(code))
    console.log(`This package has no profile of that version: it is run as ${code.kernel}, the nearest older one.`);
  for (const unknown of code.unknown)
    console.log(`An instruction is not simulated, a call that comes to it is BUG: ${visible(unknown)}`);
}

/** Whether the profile is that of the version. */
function isOwnProfile({ kernel, version }: BuiltCode): boolean {
  const own = kernel.replace(/^linux-/, '');
  return version === own || (version.startsWith(own) && !/^[0-9]/.test(version.slice(own.length)));
}

// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel record PROGRAM… --live NAME`: what a real kernel does with programs. */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Session } from '../../kernel/index.js';
import { randomProgram } from '../../programs/random/program.js';
import { printTrace, type Trace, TraceSyntaxError } from '../../trace/index.js';
import { addRandomOptions, type RandomProgramOptions } from '../compare/random-options.js';
import { CliError } from '../errors.js';
import { readTrace, readTraceFromStdin } from '../files.js';
import { newLiveSpelling, type OldLiveOptions } from '../old-spellings.js';
import { EndingSignals, untilStopped } from '../signals.js';
import { addLiveOptions, type LiveOptions, requireLive } from './live.js';
import { placeRecordings, type RecordingPlace, writeRecording } from './output.js';
import { withStepsOf } from './progress.js';
import { withSession } from './session.js';

interface Options extends OldLiveOptions, RandomProgramOptions {
  readonly output?: string;
}

export function registerKernelRecord(kernel: Command): void {
  const command = kernel
    .command('record')
    .description('run programs on a real kernel and print its recordings')
    .argument('[programs...]', 'traces, or directories of *.trace files; - is standard input')
    .option('-o, --output <path>', 'a file, or for several recordings a folder: DIR/');
  addRandomOptions(command);
  addLiveOptions(command)
    .addOption(new Option('--kernel <name>', 'what --live was').hideHelp())
    .addHelpText('after', '\nA kernel that dies is a result: its recording ends with "= BUG".')
    .action(record);
}

async function record(programs: readonly string[], options: Options): Promise<void> {
  const { random, output } = options;
  const { paths, options: live } = newLiveSpelling(programs, options);
  requireLive(live);
  if (live.kernel !== undefined) throw new CliError('a recording is of a booted kernel alone: leave --kernel out');
  if ((random === undefined) === (paths.length === 0)) throw new CliError('give programs, or --random COUNT');
  if (random === undefined) {
    const places = placeRecordings(paths, output);
    // All are read before a kernel is booted: a mistake in the last one is told at once.
    const traces: Trace[] = [];
    for (const place of places) traces.push(await readProgram(place.program));
    return recordPrograms(places, traces, live);
  }
  const traces = Array.from({ length: random }, (_, i) => randomProgram((options.seed + i) >>> 0, options.length));
  if (output === undefined && random > 1) throw new CliError('several recordings need a folder, -o DIR/');
  const fileOf = ({ source }: Trace) => (output === undefined ? undefined : join(output, `random-${source}.trace`));
  const places = traces.map((trace) => ({ program: trace.source, output: fileOf(trace) }));
  return recordPrograms(places, traces, live);
}

async function recordPrograms(
  places: readonly RecordingPlace[],
  programs: readonly Trace[],
  live: LiveOptions,
): Promise<void> {
  using signals = new EndingSignals();
  const keepRecording = async (session: Session, place: RecordingPlace, i: number) =>
    keep(place, await untilStopped(session.record(programs[i] as Trace), signals.signal));
  await withSession(live, signals.signal, (session) =>
    withStepsOf(places, (place, i) => keepRecording(session, place, i)),
  );
}

async function readProgram(file: string): Promise<Trace> {
  try {
    return file === '-' ? await readTraceFromStdin() : readTrace(file);
  } catch (error) {
    if (error instanceof TraceSyntaxError) throw new CliError(error.message);
    throw error;
  }
}

function keep({ output }: RecordingPlace, recording: Trace): void {
  if (output === undefined) process.stdout.write(printTrace(recording));
  else writeRecording(output, recording);
}

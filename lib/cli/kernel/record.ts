// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel record PROGRAM… --kernel NAME`: what a real kernel does with programs. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { randomProgram } from '../../kernel/index.js';
import { printTrace, type Trace, TraceSyntaxError } from '../../trace/index.js';
import { addRandomOptions, type RandomProgramOptions } from '../compare/random-options.js';
import { CliError } from '../errors.js';
import { readTrace, readTraceFromStdin } from '../files.js';
import { liveKernelProblems } from './errors.js';
import { placeRecordings, type RecordingPlace, writeRecording } from './output.js';
import { withStepsOf } from './progress.js';
import { addKernelOptions, type KernelOptions, withSession } from './session.js';

interface Options extends KernelOptions, RandomProgramOptions {
  readonly output?: string;
}

export function registerKernelRecord(kernel: Command): void {
  const command = kernel
    .command('record')
    .description('run programs on a real kernel and print its recordings')
    .argument('[programs...]', 'traces, or directories of *.trace files; - is standard input')
    .option('-o, --output <path>', 'a file, or for several recordings a folder: DIR/');
  addRandomOptions(command);
  addKernelOptions(command)
    .addHelpText('after', '\nA kernel that dies is a result: its recording ends with "= BUG".')
    .action(record);
}

async function record(paths: readonly string[], options: Options): Promise<void> {
  const { random, output } = options;
  if ((random === undefined) === (paths.length === 0)) throw new CliError('give programs, or --random COUNT');
  if (random === undefined) {
    const places = placeRecordings(paths, output);
    // All are read before a kernel is booted: a mistake in the last one is told at once.
    const programs: Trace[] = [];
    for (const { program } of places) programs.push(await readProgram(program));
    return recordPrograms(places, programs, options);
  }
  const programs = Array.from({ length: random }, (_, i) => randomProgram((options.seed + i) >>> 0, options.length));
  if (output === undefined && random > 1) throw new CliError('several recordings need a folder, -o DIR/');
  const fileOf = ({ source }: Trace) => (output === undefined ? undefined : join(output, `random-${source}.trace`));
  const places = programs.map((program) => ({ program: program.source, output: fileOf(program) }));
  return recordPrograms(places, programs, options);
}

async function recordPrograms(
  places: readonly RecordingPlace[],
  programs: readonly Trace[],
  options: Options,
): Promise<void> {
  await liveKernelProblems(() =>
    withSession(options, (session) =>
      withStepsOf(places, async (place, i) => {
        const recording = await session.record(programs[i] as Trace);
        keep(place, recording);
      }),
    ),
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

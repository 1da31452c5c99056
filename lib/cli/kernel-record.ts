// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel record PROGRAM… --kernel NAME`: what a real kernel does with programs. */
import type { Command } from 'commander';
import { printTrace, type Trace, TraceSyntaxError } from '../trace/index.js';
import { CliError } from './errors.js';
import { readTrace, readTraceFromStdin } from './files.js';
import { liveKernelProblems } from './kernel-errors.js';
import { placeRecordings, type RecordingPlace, writeRecording } from './kernel-output.js';
import { withStepsOf } from './kernel-progress.js';
import { addKernelOptions, type KernelOptions, withSession } from './kernel-session.js';

interface Options extends KernelOptions {
  readonly output?: string;
}

export function registerKernelRecord(kernel: Command): void {
  const command = kernel
    .command('record')
    .description('run programs on a real kernel and print its recordings')
    .argument('<programs...>', 'traces, or directories of *.trace files; - is standard input')
    .option('-o, --output <path>', 'a file, or for several recordings a folder: DIR/');
  addKernelOptions(command)
    .addHelpText('after', '\nA kernel that dies is a result: its recording ends with "= BUG".')
    .action(record);
}

async function record(paths: readonly string[], options: Options): Promise<void> {
  const places = placeRecordings(paths, options.output);
  const programs: Trace[] = [];
  // All are read before a kernel is booted: a mistake in the last one is told at once.
  for (const { program } of places) programs.push(await readProgram(program));
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

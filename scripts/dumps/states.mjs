// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of the model for the check of dumps: programs are run by native/fuzz/test/print_states.c, which is linked of the objects of the
 * addon; of a mutant the file is another one.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CORE, FUZZER, listed, objectOf } from '../objects.mjs';
import { root } from '../steps.mjs';
import { readStates } from './model-state.mjs';

const cc = [...(process.env.CC ?? 'cc').split(' '), '-std=c11', '-O1', `-I${join(root, 'native')}`, '-pthread'];
const MOST_OUTPUT = 2 ** 28;
/** A mutant may never end, or take memory without end. */
const MOST_MILLISECONDS = 20_000;
const MEMORY_KB = 4 << 20;

/** Answers the program. `objects`: in place of those of these sources. */
export async function buildPrinter(folder, objects = new Map()) {
  const program = join(folder, 'print_states');
  const all = listed(CORE, FUZZER).map((source) => objects.get(source) ?? objectOf(source));
  const [command, ...flags] = cc;
  await promisify(execFile)(command, [...flags, join(root, 'native/fuzz/test/print_states.c'), ...all, '-o', program]);
  return program;
}

/**
 * The states that programs leave, those of machines that are alive. `args`: as print_states.c has them. `mayDie`: the printer is a mutant's, and
 * what it printed before it died counts.
 */
export async function statesOf(program, args, { mayDie = false } = {}) {
  const limited = ['-c', `ulimit -v ${MEMORY_KB} 2>/dev/null; exec "$0" "$@"`, program, ...args];
  const options = { encoding: 'utf8', maxBuffer: MOST_OUTPUT, timeout: MOST_MILLISECONDS, killSignal: 'SIGKILL' };
  const { stdout } = await promisify(execFile)('sh', limited, options).catch((error) => {
    if (mayDie) return error;
    throw error;
  });
  return readStates(stdout);
}

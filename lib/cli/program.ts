// SPDX-License-Identifier: GPL-2.0-only
/** The command line as a whole. A subcommand is a file beside this one that registers itself on the program. */
import { Command } from 'commander';
import { readText } from '../files/read.js';
import { packageRoot } from '../package-root.js';
import { registerCompare } from './compare/compare.js';
import { registerFuzz } from './fuzz/fuzz.js';
import { registerGraph } from './inspect/graph.js';
import { registerPtdump } from './inspect/ptdump.js';
import { registerRepl } from './inspect/repl.js';
import { registerView } from './inspect/view.js';
import { registerVtop } from './inspect/vtop.js';
import { registerKernel } from './kernel/kernel.js';
import { registerCheck } from './trace/check.js';
import { registerReplay } from './trace/replay.js';
import { registerRun } from './trace/run.js';

const COMMANDS = [
  registerReplay,
  registerRun,
  registerCheck,
  registerVtop,
  registerPtdump,
  registerGraph,
  registerRepl,
  registerView,
  registerKernel,
  registerCompare,
  registerFuzz,
];

export function createProgram(): Command {
  const program = new Command('s390-gmap')
    .description("Linux's s390 guest address spaces (arch/s390/mm/gmap.c) outside the kernel")
    .version(packageVersion(), '-V, --version', 'print the version')
    .showHelpAfterError("Try 's390-gmap --help', or 's390-gmap COMMAND --help'.")
    .enablePositionalOptions()
    .exitOverride();
  // After the settings above, which subcommands take over.
  for (const register of COMMANDS) register(program);
  return program;
}

function packageVersion(): string {
  const { version } = JSON.parse(readText(`${packageRoot}package.json`)) as { version: string };
  return version;
}

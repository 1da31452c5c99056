// SPDX-License-Identifier: GPL-2.0-only
/** The command line as a whole. A subcommand is a file beside this one that registers itself on the program. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { registerCheck } from './check.js';
import { registerCompare } from './compare.js';
import { registerFuzz } from './fuzz.js';
import { registerGraph } from './graph.js';
import { registerKernel } from './kernel.js';
import { registerPtdump } from './ptdump.js';
import { registerRepl } from './repl.js';
import { registerReplay } from './replay.js';
import { registerRun } from './run.js';
import { registerView } from './view.js';
import { registerVtop } from './vtop.js';

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
  const file = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}

// SPDX-License-Identifier: GPL-2.0-only
/** The command line as a whole. A subcommand is a file beside this one that registers itself on the program. */
import { Command, Option } from 'commander';
import { packageVersion } from '../files/package-version.js';
import { visibleLines } from '../visible.js';

export const DEBUG = '--debug';

type Register = (program: Command) => void;

/** In the order of `--help`. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  replay: async () => (await import('./trace/replay.js')).registerReplay,
  run: async () => (await import('./trace/run.js')).registerRun,
  check: async () => (await import('./trace/check.js')).registerCheck,
  convert: async () => (await import('./trace/convert.js')).registerConvert,
  vtop: async () => (await import('./inspect/vtop.js')).registerVtop,
  ptdump: async () => (await import('./inspect/ptdump.js')).registerPtdump,
  graph: async () => (await import('./inspect/graph.js')).registerGraph,
  repl: async () => (await import('./inspect/repl.js')).registerRepl,
  view: async () => (await import('./inspect/view.js')).registerView,
  dump: async () => (await import('./dump/dump.js')).registerDump,
  kernel: async () => (await import('./kernel/kernel.js')).registerKernel,
  compare: async () => (await import('./compare/compare.js')).registerCompare,
  fuzz: async () => (await import('./fuzz/fuzz.js')).registerFuzz,
  completion: async () => (await import('./completion/completion.js')).registerCompletion,
};

/** With the command that `first`, the first argument, names; with all where it names none: for help, and for misspellings. */
export async function createProgram(first?: string): Promise<Command> {
  const program = new Command('s390-gmap')
    .description("Linux's s390 guest address spaces (arch/s390/mm/gmap.c) outside the kernel")
    .version(packageVersion(), '-V, --version', 'print the version')
    .showHelpAfterError("Try 's390-gmap --help', or 's390-gmap COMMAND --help'.")
    .enablePositionalOptions()
    // It repeats what it was given.
    .configureOutput({ outputError: (text, write) => write(visibleLines(text)) })
    .exitOverride();
  // Loading all of them takes longer than most of them run.
  const needed = first !== undefined && Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  // After the settings above, which subcommands take over.
  for (const name of needed) (await COMMANDS[name]?.())?.(program);
  addEverywhere(program);
  return program;
}

/** Help says them once. Colours are picocolors' business, which looks for these words itself. */
function addEverywhere(command: Command): void {
  const options = [
    new Option(DEBUG, 'print the stack of an error'),
    new Option('--color', 'print colours, also where the output is no terminal'),
    new Option('--no-color', 'print no colours'),
  ];
  for (const option of options) command.addOption(command.parent ? option.hideHelp() : option);
  command.commands.forEach(addEverywhere);
}

// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap completion SHELL`: what makes a shell complete the command line. It is made of the commands as they are. */
import { Argument, type Command } from 'commander';
import { bashCompletion } from './bash.js';
import { factsOf } from './facts.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

const printers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof printers;

const HELP = `
In ~/.bashrc or ~/.zshrc (there behind compinit), or once for fish:

  source <(s390-gmap completion bash)
  source <(s390-gmap completion zsh)
  s390-gmap completion fish > ~/.config/fish/completions/s390-gmap.fish`;

export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete commands, options and kernels')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(printers)))
    .addHelpText('after', HELP)
    .action(completion);
}

async function completion(shell: Shell): Promise<void> {
  const { createProgram } = await import('../program.js');
  process.stdout.write(printers[shell](factsOf(await createProgram())));
}

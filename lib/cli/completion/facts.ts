// SPDX-License-Identifier: GPL-2.0-only
/** What a command takes, as plain data: what completions and the man page are made of. */
import type { Argument, Command, Option } from 'commander';
import { kernelNames } from '../../trace/kernel.js';

/** What a value can be: words, a file or a folder, or what nobody can foresee. */
export type Values = readonly string[] | 'file' | 'anything';

export interface ArgumentFacts {
  /** As usage shows it: `<file>`, `[programs...]`. */
  readonly usage: string;
  readonly name: string;
  readonly description: string;
  readonly isRepeated: boolean;
  readonly values: Values;
}

export interface OptionFacts {
  /** As help shows it: `-o, --output <folder>`. */
  readonly usage: string;
  /** `-o` and `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What stands behind it; undefined: nothing. */
  readonly value: { readonly name: string; readonly values: Values } | undefined;
}

export interface CommandFacts {
  /** `s390-gmap kernel install` */
  readonly path: string;
  /** `install` */
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly ArgumentFacts[];
  readonly options: readonly OptionFacts[];
  readonly commands: readonly CommandFacts[];
  /** What help says behind all that. */
  readonly after: string;
}

/** Names of arguments, in help, that are files or folders. */
const FILES = /^(file|folder|dir|path|page|program|corpus|output|in|out)s?$/;

/** Of what help shows. */
export const factsOf = (program: Command): CommandFacts => commandFacts(program, '', []);

/** `siblings`: the commands beside it, which help is asked about. */
function commandFacts(command: Command, before: string, siblings: readonly string[]): CommandFacts {
  const help = command.createHelp();
  const path = `${before}${command.name()}`;
  const commands = help.visibleCommands(command);
  const names = commands.map((sub) => sub.name());
  const args = command.registeredArguments.map(argumentFacts);
  return {
    path,
    name: command.name(),
    description: command.description(),
    arguments: command.name() === 'help' ? args.map((argument) => ({ ...argument, values: siblings })) : args,
    options: help.visibleOptions(command).map((option) => optionFacts(option, help.optionDescription(option))),
    commands: commands.map((sub) => commandFacts(sub, `${path} `, names)),
    after: textAfter(command),
  };
}

function argumentFacts(argument: Argument): ArgumentFacts {
  const { required, variadic: isRepeated, description, argChoices } = argument;
  const name = argument.name();
  const inside = isRepeated ? `${name}...` : name;
  const usage = required ? `<${inside}>` : `[${inside}]`;
  return { usage, name, description, isRepeated, values: argChoices ?? valuesOf(name) };
}

function optionFacts(option: Option, description: string): OptionFacts {
  const { flags: usage, short, long } = option;
  const flags = [short, long].filter((flag) => flag !== undefined);
  const [, name] = /[<[](\S+)[>\]]$/.exec(usage) ?? [];
  if (name === undefined) return { usage, flags, description, value: undefined };
  const values = long === '--kernel' ? kernelNames : (option.argChoices ?? valuesOf(name));
  return { usage, flags, description, value: { name, values } };
}

const valuesOf = (name: string): Values => (FILES.test(name) ? 'file' : 'anything');

function textAfter(command: Command): string {
  let text = '';
  const writeOut = (more: string) => {
    text += more;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

/** The command and all below it. */
export function allCommands(command: CommandFacts): CommandFacts[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

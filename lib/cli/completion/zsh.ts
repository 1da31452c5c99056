// SPDX-License-Identifier: GPL-2.0-only
import { allCommands, type CommandFacts, type OptionFacts, type Values } from './facts.js';

/** The completion for zsh: a function for each command, which hands on to those of its subcommands. */
export function zshCompletion(program: CommandFacts): string {
  return `#compdef s390-gmap
# zsh completion of s390-gmap, made by: s390-gmap completion zsh
${allCommands(program).map(functionOf).join('\n')}
# The file itself is completed with where it lies in $fpath; sourced, it says whom to ask.
if [[ $funcstack[1] == ${nameOf(program.path)} ]]; then
  ${nameOf(program.path)} "$@"
else
  compdef ${nameOf(program.path)} s390-gmap
fi
`;
}

const nameOf = (path: string): string => `_${path.replaceAll(' ', '_')}`;
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** Within brackets, and before a colon. */
const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

function functionOf(command: CommandFacts): string {
  const { path, options, commands, arguments: args } = command;
  const specs = [
    ...options.map(optionSpec),
    ...(commands.length > 0
      ? [quote('1:command:->command'), quote('*::argument:->argument')]
      : args.map(({ name, isRepeated, values }, i) =>
          quote(`${isRepeated ? '*' : i + 1}:${escaped(name)}:${action(values)}`),
        )),
  ];
  const call = `_arguments -C -S : \\\n    ${specs.join(' \\\n    ')}`;
  return commands.length === 0
    ? `${nameOf(path)}() {\n  ${call}\n}`
    : `${nameOf(path)}() {
  local context curcontext=$curcontext state state_descr line
  typeset -A opt_args
  ${call} && return
  case $state in
  command)
    local -a commands=(${commands.map(({ name, description }) => quote(`${name}:${escaped(description)}`)).join(' ')})
    _describe command commands
    ;;
  argument)
    case $words[1] in
${commands.map((sub) => `    ${sub.name}) ${nameOf(sub.path)} ;;`).join('\n')}
    esac
    ;;
  esac
}`;
}

/** `{-o,--output}` is for the shell, and stands outside of the quotes. */
function optionSpec({ flags, description, value }: OptionFacts): string {
  const text = `[${escaped(description)}]${value ? `:${escaped(value.name)}:${action(value.values)}` : ''}`;
  const names = flags.map((flag) => (value ? `${flag}${flag.startsWith('--') ? '=' : '+'}` : flag));
  return names.length === 1
    ? quote(`${names[0]}${text}`)
    : `${quote(`(${flags.join(' ')})`)}{${names.join(',')}}${quote(text)}`;
}

function action(values: Values): string {
  if (values === 'file') return '_files';
  return values === 'anything' ? ' ' : `(${values.join(' ')})`;
}

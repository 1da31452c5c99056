// SPDX-License-Identifier: GPL-2.0-only
import { allCommands, type CommandFacts, type OptionFacts, type Values } from './facts.js';

/**
 * The completion for bash. It goes along the words to find the command, and whether the word before is an option that takes a value. Where it
 * offers nothing, bash offers files.
 */
export function bashCompletion(program: CommandFacts): string {
  const commands = allCommands(program);
  const withValue = commands.flatMap(({ path, options }) =>
    options.flatMap((option) => (option.value ? flagsAt(path, option) : [])),
  );
  const branches = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([pattern, code]) => `    ${pattern}) ${code} ;;`).join('\n');
  return `# bash completion of s390-gmap, made by: s390-gmap completion bash
_s390_gmap() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command=${program.name} value= words= word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$command $word" in
    ${patterns(withValue)})
      # bash takes --option=value for three words
      [[ \${COMP_WORDS[i + 1]} == = ]] && ((i++))
      ((++i >= COMP_CWORD)) && value="$command $word"
      ;;
    ${patterns(commands.slice(1).map(({ path }) => path))})
      command+=" $word"
      ;;
    esac
  done
  [[ $cur == = ]] && cur=
  if [[ $value ]]; then
    case "$value" in
${branches(valueRows(commands))}
    esac
  elif [[ $cur == -* ]]; then
    case "$command" in
${branches(commands.map(({ path, options }) => [quote(path), wordsAre(options.flatMap(({ flags }) => flags))]))}
    esac
  else
    case "$command" in
${branches(commands.map((command) => [quote(command.path), codeFor(valuesHere(command))]))}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _s390_gmap s390-gmap
`;
}

const quote = (text: string): string => `'${text}'`;
const patterns = (texts: readonly string[]): string => texts.map(quote).join(' | ');
const flagsAt = (path: string, { flags }: OptionFacts): string[] => flags.map((flag) => `${path} ${flag}`);
const wordsAre = (words: readonly string[]): string => `words=${quote(words.join(' '))}`;

/** What makes bash offer these. */
function codeFor(values: Values): string {
  if (values === 'file') return ':';
  return values === 'anything' ? 'compopt +o default 2>/dev/null' : wordsAre(values);
}

/** What can stand where no option does. */
function valuesHere({ commands, arguments: args }: CommandFacts): Values {
  if (commands.length > 0) return commands.map(({ name }) => name);
  const words = args.flatMap(({ values }) => (typeof values === 'string' ? [] : values));
  if (words.length > 0) return words;
  return args.some(({ values }) => values === 'file') ? 'file' : 'anything';
}

/** A row for each kind of value, with the options that take it. */
function valueRows(commands: readonly CommandFacts[]): [string, string][] {
  const rows = new Map<string, string[]>();
  for (const { path, options } of commands)
    for (const option of options) {
      if (!option.value) continue;
      const code = codeFor(option.value.values);
      rows.set(code, [...(rows.get(code) ?? []), ...flagsAt(path, option)]);
    }
  return [...rows].map(([code, options]) => [patterns(options), code]);
}

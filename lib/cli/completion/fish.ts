// SPDX-License-Identifier: GPL-2.0-only
import { allCommands, type CommandFacts, type OptionFacts, type Values } from './facts.js';

/** The completion for fish: a line for each option and command, under the condition that its command is being typed. */
export function fishCompletion(program: CommandFacts): string {
  const commands = allCommands(program);
  const cases = (texts: readonly string[]) => texts.map(quote).join(' ');
  const withValue = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => (value ? flags.map((flag) => `${path} ${flag}`) : [])),
  );
  return `# fish completion of s390-gmap, made by: s390-gmap completion fish
function __s390_gmap_at
    set -l command ${program.name}
    set -l is_value no
    for word in (commandline -opc)[2..]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch "$command $word"
            case ${cases(withValue)}
                set is_value yes
            case ${cases(commands.slice(1).map(({ path }) => path))}
                set command "$command $word"
        end
    end
    test "$command" = "$argv"
end
complete -c s390-gmap -f
${commands.flatMap(linesOf).join('\n')}
`;
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

function linesOf({ path, options, arguments: args, commands }: CommandFacts): string[] {
  const at = `complete -c s390-gmap -n '__s390_gmap_at ${path}'`;
  return [
    ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quote(description)}`),
    ...new Set(args.map(({ values }) => `${at}${offered(values)}`)),
    ...options.map((option) => `${at}${named(option)}${option.value ? ` -r${offered(option.value.values)}` : ''}`),
  ];
}

const named = ({ flags, description }: OptionFacts): string =>
  `${flags.map((flag) => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`)).join('')} -d ${quote(description)}`;

function offered(values: Values): string {
  if (values === 'file') return ' -F';
  return values === 'anything' ? ' -f' : ` -f -a ${quote(values.join(' '))}`;
}

// SPDX-License-Identifier: GPL-2.0-only
// node scripts/man.mjs: the man page, dist/s390-gmap.1, from the commands as they are. Packing does it; it needs dist/.
import { writeFileSync } from 'node:fs';
import { isMain, root, script } from './steps.mjs';

const PAGE = 'dist/s390-gmap.1';

export async function writeManPage() {
  writeFileSync(`${root}${PAGE}`, await manPage());
}

/** In man(7), which every man knows. */
export async function manPage() {
  const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
  const { factsOf } = await dist('cli/completion/facts.js');
  const { createProgram } = await dist('cli/program.js');
  const { packageVersion } = await dist('files/package-version.js');
  const program = factsOf(await createProgram());
  return `${[
    '.\\" Made by scripts/man.mjs',
    `.TH S390-GMAP 1 "" "s390-gmap ${packageVersion()}" "User Commands"`,
    '.SH NAME',
    `s390\\-gmap \\- ${text(program.description)}`,
    '.SH SYNOPSIS',
    '.B s390\\-gmap',
    '.I command',
    '.RI [ options ]',
    '.RI [ arguments ]',
    '.SH OPTIONS',
    ...program.options.map(option),
    ABOUT,
    '.SH COMMANDS',
    ...program.commands.filter(({ name }) => name !== 'help').flatMap(command),
    BEHIND,
  ].join('\n')}\n`;
}

function command({ path, description, arguments: args, options, commands, after }) {
  const own = options.filter(({ flags }) => !flags.includes('--help'));
  const usage = [...(own.length > 0 ? ['[options]'] : []), ...args.map((argument) => argument.usage)];
  return [
    `.SS ${quoted([path, ...usage].join(' '))}`,
    `${text(sentence(description))}`,
    ...args.map((argument) => item(argument.usage, argument.description)),
    ...own.map(option),
    ...(after === '' ? [] : ['.PP', '.nf', text(after), '.fi']),
    ...commands.filter(({ name }) => name !== 'help').flatMap(command),
  ];
}

const option = ({ usage, description }) => item(usage, description);
const item = (term, description) => `.TP\n.B ${text(term)}\n${text(sentence(description))}`;
const sentence = (words) => (/[.?]$/.test(words) ? words : `${words[0].toUpperCase()}${words.slice(1)}.`);
const quoted = (words) => `"${text(words).replaceAll('"', '""')}"`;

/** Hyphens that can be copied; a line that begins with a dot or a quote is no request. */
const text = (words) =>
  words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');

const ABOUT = `.PP
Every command takes these too, but for
.BR \\-\\-version .
Everywhere
.B \\-\\-kernel
is the kernel that the model behaves like,
.B \\-\\-live
one that is booted under QEMU, and
.B \\-\\-code
a code that was built from a Linux tree.`;

const BEHIND = `.SH EXIT STATUS
.TP
.B 0
It did what was asked, and the answer is yes.
.TP
.B 1
It did what was asked, and the answer is no: a difference, a finding, a problem, or an error in a trace.
.TP
.B 2
It could not do what was asked: wrong options, or a file that cannot be read or written.
.TP
.B 125
Only of
.BR "fuzz recheck" :
the code is missing, or must be built again.
.TP
.BR 129 ", " 130 ", " 141 ", " 143
It was ended by SIGHUP, SIGINT, SIGPIPE or SIGTERM.
.SH ENVIRONMENT
.TP
.B S390_GMAP_CACHE
The folder for kernels and built codes; default: s390\\-gmap in
.B XDG_CACHE_HOME
or in ~/.cache.
.TP
.B NO_COLOR
Set to anything: no colours, whatever the options say.
.TP
.B NODE_REPL_HISTORY
The history of
.BR repl .
.SH SEE ALSO
.BR kdump (5),
.BR makedumpfile (8),
.BR qemu\\-system\\-s390x (1)`;

if (isMain(import.meta.url)) await script(writeManPage);

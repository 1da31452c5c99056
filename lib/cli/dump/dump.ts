// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap dump FILE…`: which gmaps a crash dump has, and what they are like. */
import type { Command } from 'commander';
import {
  type CheckedProblem,
  type Dump,
  type DumpGmap,
  type DumpProcess,
  type Looks,
  openDump,
} from '../../dump/index.js';
import { explainRule } from '../../fuzz/rules.js';
import type { DumpJson } from '../../json/index.js';
import { toJson } from '../../trace/json.js';
import { hex } from '../../trace/words.js';
import { visible } from '../../visible.js';
import { colours } from '../colours.js';
import { CliError, ExitStatus } from '../errors.js';
import { parseAddress } from '../inspect/machine-at.js';
import { printJson } from '../json.js';
import { table } from '../table.js';

export interface DumpFileOptions {
  readonly types?: string;
}

interface Options extends DumpFileOptions {
  readonly check?: boolean;
  readonly facts?: boolean;
  readonly pte?: readonly bigint[];
  readonly json?: boolean;
}

export function registerDump(program: Command): void {
  const command = program
    .command('dump')
    .description('list the processes with gmaps, the gmaps and the shadows in a crash dump of s390x Linux')
    .argument('<file...>', 'ELF or kdump-compressed; several files where makedumpfile --split has made them');
  addTypesOption(command)
    .option(
      '--check',
      'print what is wrong, by rule, with the locks that were held; of /proc/kcore what stays over several looks; the status is 1 then',
    )
    .option('--facts', 'print what a dump shows as a trace with one observe')
    .option(
      '--pte <address>',
      'with --facts: also the page at this host address of the first process; repeatable',
      also,
    )
    .option('--json', 'print one JSON document')
    .action(dump);
}

export function addTypesOption(command: Command): Command {
  return command.option(
    '--types <file>',
    "the kernel's types, where a dump has none in it: BTF, or an ELF file with a section .BTF",
  );
}

const also = (text: string, before: readonly bigint[] = []): bigint[] => [...before, parseAddress(text)];

async function dump(files: readonly string[], { types, check, facts, pte, json }: Options): Promise<void> {
  if (pte && !facts) throw new CliError('--pte is for --facts');
  if (check && facts) throw new CliError('--check or --facts: one at a time');
  if (facts && json) throw new CliError('--facts is a trace, and no JSON document');
  using opened = openDump(files, types === undefined ? {} : { types });
  const live = check && opened.isLive ? await opened.checkInLooks() : undefined;
  const problems = live?.problems ?? (check ? opened.check() : opened.problems);
  if (facts) printFacts(opened, pte ?? []);
  else if (json) printJson<DumpJson>({ ...summaryOf(opened), ...(live ?? { problems }) });
  else if (check) printProblems(opened, problems);
  else printList(opened);
  if (live && !json) printLooks(live);
  if (problems.length > 0) process.exitCode = ExitStatus.FAILED;
}

function printFacts(opened: Dump, watched: readonly bigint[]): void {
  console.log(`# gmap-trace 1\n# source: ${visible(opened.release)}, ${opened.format}\nobserve(1)`);
  for (const fact of opened.facts(watched)) console.log(`  + ${fact}`);
}

function printList(opened: Dump): void {
  const { release, format, cpus, processes, gmaps, unlisted, problems } = opened;
  console.log(`${visible(release)}, ${format}, ${cpus === 1 ? '1 CPU' : `${cpus} CPUs`}`);
  if (processes.length + unlisted.length === 0) console.log('no process has a gmap');
  else {
    console.log(`\n${table([PROCESS_HEADS, ...processes.map(processRow)]).join('\n')}`);
    console.log(
      `\n${table([GMAP_HEADS, ...gmaps.map((gmap) => gmapRow(gmap)), ...unlisted.map((gmap) => gmapRow(gmap, ', on no list'))]).join('\n')}`,
    );
  }
  for (const problem of problems) console.log(problemLine(problem));
}

function printProblems({ gmaps, processes }: Dump, problems: readonly Problem[]): void {
  for (const problem of problems) console.log(problemLine(problem));
  const of = (count: number, what: string, many: string) => `${count} ${count === 1 ? what : many}`;
  console.log(
    `${of(problems.length, 'problem', 'problems')} in ${of(gmaps.length, 'gmap', 'gmaps')} of ${of(processes.length, 'process', 'processes')}`,
  );
}

function printLooks({ looks, torn, unsure }: Looks): void {
  console.log(
    `in each of ${looks} looks${torn > 0 ? `, and ${torn} that came upon something half done` : ''}` +
      `${unsure.length > 0 ? `; ${unsure.length} more that stayed while locks were held: look again` : ''}`,
  );
}

type Problem = Pick<CheckedProblem, 'rule' | 'text'> & Partial<CheckedProblem>;

function problemLine({ rule, text, held = [] }: Problem): string {
  const locks = held.length > 0 ? `   [held: ${held.join(', ')}]` : '';
  return `${colours.red(explainRule(rule))}: ${visible(text)}${locks}`;
}

const PROCESS_HEADS = ['process', 'pid', 'command', 'asce', 'guests'];
const GMAP_HEADS = ['gmap', 'of', 'asce', 'end', 'tables', 'mapped', 'linked', 'references'];

function processRow({ name, pid, comm, asce, allocPgste, hasPgste, usesKeys }: DumpProcess): string[] {
  const guests = hasPgste ? 'may run' : allocPgste ? 'not yet' : 'without PGSTEs';
  return [name, `${pid}`, visible(comm), hex(asce), usesKeys ? `${guests}, with storage keys` : guests];
}

function gmapRow(gmap: DumpGmap, what = ''): string[] {
  const { name, process, asce, end, tables, mapped, linked, references, shadow } = gmap;
  const of = shadow ? `${shadow.parent.name}, a shadow` : `${process.name}${what}`;
  return [name, of, hex(asce), hex(end), `${tables.length}`, `${mapped.size}`, `${linked.size}`, `${references}`];
}

/** Names and numbers, without what lies in the trees: `--facts` has that. */
function summaryOf({ release, format, cpus, processes, gmaps, unlisted }: Dump): Omit<DumpJson, 'problems'> {
  return toJson({
    release,
    format,
    cpus,
    processes: processes.map(({ task, mm, ...rest }) => rest),
    gmaps: [...gmaps, ...unlisted].map(({ name, process, asce, end, tables, mapped, linked, references, shadow }) => ({
      name,
      process: process.name,
      ...(shadow && { parent: shadow.parent.name, shadowOf: shadow.origAsce, state: shadow.state }),
      asce,
      end,
      tables: tables.length,
      mapped: mapped.size,
      linked: linked.size,
      references,
    })),
  });
}

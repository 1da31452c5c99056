// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap ptdump PROGRAM SPACE`: an address space as ranges, or what changed in it between two moments. */
import type { Command } from 'commander';
import { diffRanges, printRange } from '../../inspect/print-ranges.js';
import type { DumpOptions, TableRange } from '../../inspect/ranges.js';
import type { PtdumpJson, PtdumpSinceJson } from '../../json/index.js';
import { toJson } from '../../trace/json.js';
import { colours } from '../colours.js';
import { printJson } from '../json.js';
import { parseAddress, parseLine } from './machine-at.js';
import { addFileOptions, FILE, type FileOptions, readSource, type Source } from './state.js';

interface Options extends FileOptions {
  readonly since?: number;
  readonly from?: bigint;
  readonly to?: bigint;
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  readonly bits?: boolean;
  readonly json?: boolean;
}

export function registerPtdump(program: Command): void {
  const command = program
    .command('ptdump')
    .description("show an address space as ranges, in the style of the kernel's page-table dump")
    .argument('<program>', FILE)
    .argument('<space>', 'a gmap (g0) or a process (mm0)');
  addFileOptions(command)
    .option('--since <line>', 'what changed since the call on this line, as lines with - and +', parseLine)
    .option('--from <address>', 'only addresses from here on, in hex', parseAddress)
    .option('--to <address>', 'only addresses up to here, in hex', parseAddress)
    .option('--with <attributes>', 'only ranges with all of these, for example RW,IN', parseNames)
    .option('--without <attributes>', 'only ranges with none of these, for example I', parseNames)
    .option('--bits', 'tell ranges apart by every bit of PTE and PGSTE')
    .option('--json', 'print one JSON document')
    .action(ptdump);
}

const parseNames = (text: string): string[] => text.split(',').map((name) => name.trim());

async function ptdump(file: string, space: string, options: Options): Promise<void> {
  const source = await readSource(file);
  const after = dumpAt(source, space, options);
  if (options.since === undefined) {
    if (options.json) printJson<PtdumpJson>(toJson(after));
    else console.log(after.map(printRange).join('\n'));
    return;
  }
  const changes = diffRanges(dumpAt(source, space, { ...options, at: options.since }), after);
  if (options.json) printJson<PtdumpSinceJson>(toJson(changes));
  else
    for (const { sign, range } of changes)
      console.log((sign === '+' ? colours.green : colours.red)(`${sign} ${printRange(range)}`));
}

function dumpAt(source: Source, space: string, options: Options): TableRange[] {
  using state = source(options);
  return state.ranges(space, dumpOptions(options));
}

function dumpOptions({ from, to, with: wanted, without, bits }: Options): DumpOptions {
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(wanted && { with: wanted }),
    ...(without && { without }),
    ...(bits && { bits }),
  };
}

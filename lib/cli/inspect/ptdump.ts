// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap ptdump PROGRAM SPACE`: an address space as ranges, or what changed in it between two moments. */
import type { Command } from 'commander';
import { diffRanges, printRange } from '../../inspect/print-ranges.js';
import type { DumpOptions, TableRange } from '../../inspect/ranges.js';
import type { Trace } from '../../trace/index.js';
import { colours } from '../colours.js';
import { readProgram } from '../trace/model-problems.js';
import { addStateOptions, machineAt, parseAddress, parseLine, type StateOptions, spaceOf } from './machine-at.js';

interface Options extends StateOptions {
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
    .argument('<program>', 'a trace; - is standard input')
    .argument('<space>', 'a gmap (g0) or a process (mm0)');
  addStateOptions(command)
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
  const trace = await readProgram(file);
  const after = dumpAt(trace, space, options);
  if (options.since === undefined) {
    console.log(options.json ? JSON.stringify(after, null, 2) : after.map(printRange).join('\n'));
    return;
  }
  const changes = diffRanges(dumpAt(trace, space, { ...options, at: options.since }), after);
  if (options.json) console.log(JSON.stringify(changes, null, 2));
  else
    for (const { sign, range } of changes)
      console.log((sign === '+' ? colours.green : colours.red)(`${sign} ${printRange(range)}`));
}

function dumpAt(trace: Trace, space: string, options: Options): TableRange[] {
  using machine = machineAt(trace, options);
  return spaceOf(machine, space).dump(dumpOptions(options));
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

// SPDX-License-Identifier: GPL-2.0-only
/** What `vtop`, `ptdump` and `graph` look at: a machine as a program leaves it, or a crash dump. */
import type { Command } from 'commander';
import { isDumpFile } from '../../dump/formats/open.js';
import { openDump } from '../../dump/index.js';
import { graphToJson, tableGraph } from '../../inspect/graph.js';
import type { DumpOptions, TableRange } from '../../inspect/ranges.js';
import type { TableGraph } from '../../inspect/tables.js';
import type { GuestView, HostView } from '../../inspect/views.js';
import type { GraphJson } from '../../json/index.js';
import type { Trace } from '../../trace/index.js';
import { toJson } from '../../trace/json.js';
import { addTypesOption, type DumpFileOptions } from '../dump/dump.js';
import { CliError } from '../errors.js';
import { readProgram } from '../trace/model-problems.js';
import { addStateOptions, machineAt, type StateOptions, spaceOf } from './machine-at.js';

export interface FileOptions extends StateOptions, DumpFileOptions {}

export interface State extends Disposable {
  inspect(space: string, address: bigint): GuestView | HostView;
  ranges(space: string, options: DumpOptions): TableRange[];
  graph(): TableGraph;
  /** With all entries, where a machine is behind it. */
  graphJson(): GraphJson;
}

/** What an argument that names a program or a dump is. */
export const FILE = 'a trace, where - is standard input; or a crash dump of s390x Linux';

export function addFileOptions(command: Command): Command {
  return addTypesOption(addStateOptions(command));
}

/** A file that was read: looked at as often as there are moments to compare. Close what it answers. */
export type Source = (options: FileOptions, traced?: boolean) => State;

export async function readSource(file: string): Promise<Source> {
  if (file !== '-' && isDumpFile(file)) return (options, traced = false) => stateOfDump(file, options, traced);
  const trace = await readProgram(file);
  return (options, traced = false) => stateOfTrace(trace, options, traced);
}

/** `traced`: with who wrote what. */
function stateOfTrace(trace: Trace, options: FileOptions, traced: boolean): State {
  if (options.types !== undefined) throw new CliError('--types is for crash dumps');
  const machine = machineAt(trace, options, traced);
  return {
    inspect: (space, address) => spaceOf(machine, space).inspect(address),
    ranges: (space, wanted) => spaceOf(machine, space).dump(wanted),
    graph: () => tableGraph(machine),
    graphJson: () => graphToJson(machine),
    [Symbol.dispose]: () => machine.close(),
  };
}

/** Options that say something of calls. */
export function refuseForDumps(options: object): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given) throw new CliError(`--${given[0]} is for traces: a dump shows one moment of a kernel that ran`);
}

function stateOfDump(file: string, { types, at, kernel, code }: FileOptions, traced: boolean): State {
  refuseForDumps({ at, kernel, code, who: traced || undefined });
  const dump = openDump(file, types === undefined ? {} : { types });
  return {
    inspect: (space, address) => dump.inspect(space, address),
    ranges: (space, wanted) => dump.dump(space, wanted),
    graph: () => dump.graph(),
    graphJson: () => toJson({ release: dump.release, ...dump.graph() }),
    [Symbol.dispose]: () => dump.close(),
  };
}

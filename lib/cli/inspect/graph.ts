// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap graph PROGRAM`: all tables and what points at them, for Graphviz or as JSON. */
import type { Command } from 'commander';
import { printDot } from '../../inspect/dot.js';
import { graphToJson, tableGraph } from '../../inspect/graph.js';
import { readProgram } from '../trace/model-problems.js';
import { addStateOptions, machineAt, type StateOptions } from './machine-at.js';

interface Options extends StateOptions {
  readonly json?: boolean;
}

export function registerGraph(program: Command): void {
  const command = program
    .command('graph')
    .description('print all tables as a graph for Graphviz (dot -Tsvg makes a picture of it)')
    .argument('<program>', 'a trace; - is standard input');
  addStateOptions(command).option('--json', 'print one JSON document, with all entries').action(graph);
}

async function graph(file: string, options: Options): Promise<void> {
  using machine = machineAt(await readProgram(file), options);
  if (options.json) console.log(JSON.stringify(graphToJson(machine), null, 2));
  else process.stdout.write(printDot(tableGraph(machine)));
}

// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap graph PROGRAM`: all tables and what points at them, for Graphviz or as JSON. */
import type { Command } from 'commander';
import { printDot } from '../../inspect/dot.js';
import type { GraphJson } from '../../json/index.js';
import { printJson } from '../json.js';
import { addFileOptions, FILE, type FileOptions, readSource } from './state.js';

interface Options extends FileOptions {
  readonly json?: boolean;
}

export function registerGraph(program: Command): void {
  const command = program
    .command('graph')
    .description('print all tables as a graph for Graphviz (dot -Tsvg makes a picture of it)')
    .argument('<program>', FILE);
  addFileOptions(command).option('--json', 'print one JSON document, with all entries').action(graph);
}

async function graph(file: string, options: Options): Promise<void> {
  using state = (await readSource(file))(options);
  if (options.json) printJson<GraphJson>(state.graphJson());
  else process.stdout.write(printDot(state.graph()));
}

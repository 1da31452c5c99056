// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap vtop PROGRAM SPACE ADDRESS`: the way of an address through the tables. */
import type { Command } from 'commander';
import type { VtopJson } from '../../json/index.js';
import { printJson } from '../json.js';
import { parseAddress } from './machine-at.js';
import { addFileOptions, FILE, type FileOptions, readSource } from './state.js';

interface Options extends FileOptions {
  readonly json?: boolean;
  readonly who?: boolean;
}

export function registerVtop(program: Command): void {
  const command = program
    .command('vtop')
    .description('show how an address is translated, entry by entry')
    .argument('<program>', FILE)
    .argument('<space>', 'a gmap (g0) or a process (mm0)')
    .argument('<address>', 'in hex');
  addFileOptions(command)
    .option('--who', 'also show which call wrote each entry, and what was there before')
    .option('--json', 'print one JSON document')
    .action(vtop);
}

async function vtop(file: string, space: string, address: string, options: Options): Promise<void> {
  const wanted = parseAddress(address);
  using state = (await readSource(file))(options, options.who);
  const view = state.inspect(space, wanted);
  if (options.json) printJson<VtopJson>(view.toJSON());
  else console.log(String(view));
}

// SPDX-License-Identifier: GPL-2.0-only
/** The model as a program leaves it: what `vtop`, `ptdump` and `graph` look at. */
import type { Command } from 'commander';
import type { Gmap } from '../../machine/gmap.js';
import { Machine } from '../../machine/machine.js';
import type { Mm } from '../../machine/mm.js';
import { machineFor } from '../../trace/header.js';
import { encodeProgram, type Trace, type TraceItem } from '../../trace/index.js';
import { printItem } from '../../trace/print.js';
import { visible } from '../../visible.js';
import { addRunnerOptions, type RunnerOptions, runnerOf } from '../code.js';
import { CliError } from '../errors.js';
import { modelProblems } from '../trace/model-problems.js';

/** What these commands have in common. */
export interface StateOptions extends RunnerOptions {
  readonly at?: number;
}

export function addStateOptions(command: Command): Command {
  return addRunnerOptions(
    command.option(
      '--at <line>',
      'the state after the call on this line of the file; default: after the last one',
      parseLine,
    ),
  );
}

/** What reads an argument that is a line number. */
export function lineParser(options: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new CliError(`${options}: ${text} is not the number of a line`);
    return Number(text);
  };
}

export const parseLine: (text: string) => number = lineParser('--at, --since');

/** An argument that is an address: hex with or without 0x. */
export function parseAddress(text: string): bigint {
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(text)) throw new CliError(`${text} is not an address: up to 16 hex digits`);
  return BigInt(`0x${text.replace(/^0x/i, '')}`);
}

/**
 * Executes a program up to the call on line `at`, all of it if that is undefined. The machine is traced if `traced`.
 * Close it.
 */
export function machineAt(trace: Trace, { at, ...asked }: StateOptions, traced = false): Machine {
  const runner = runnerOf(asked);
  const items = at === undefined ? trace.items : itemsUpTo(trace, at);
  return modelProblems(trace.source, () => {
    const machine = new Machine(machineFor(trace, runner));
    if (traced) machine.startTracing();
    machine.execute(encodeProgram({ ...trace, items }));
    return machine;
  });
}

/** Up to the call that has this line: its own, or one of what was recorded of it. */
function itemsUpTo({ source, items }: Trace, line: number): readonly TraceItem[] {
  const index = items.findIndex((item) => item.line <= line && line < item.line + printItem(item).length);
  if (items[index]?.kind !== 'call') throw new CliError(`${visible(source)}: there is no call on line ${line}`);
  return items.slice(0, index + 1);
}

/** The process or gmap of that name: `mm0`, `g3`. */
export function spaceOf(machine: Machine, name: string): Mm | Gmap {
  const spaces = [
    ...machine.processes.map((mm) => ({ name: `mm${mm.number}`, space: mm })),
    ...machine.gmaps.map((gmap) => ({ name: `g${gmap.number}`, space: gmap })),
  ];
  const found = spaces.find((candidate) => candidate.name === name);
  if (found) return found.space;
  const names = spaces.map((candidate) => candidate.name).join(', ');
  throw new CliError(`there is no ${name} in this state, but ${names || 'nothing'}; --at LINE looks at an earlier one`);
}

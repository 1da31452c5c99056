// SPDX-License-Identifier: GPL-2.0-only
/** Tasks and their processes. No symbol is needed: on s390 each CPU's lowcore leads to the task that it runs, and that to the first one. */
import { hex } from '../../trace/words.js';
import { damaged } from '../dump-error.js';
import type { ProcessOfTask } from '../model.js';
import { missing } from '../storage.js';
import type { KernelMemory } from './kernel-memory.js';
import { listOf, type Problem } from './lists.js';

const NT_S390_PREFIX = 0x305;
const MOST_GENERATIONS = 10_000;
const MOST_CPUS = 2 ** 12;

/** Absolute addresses of the lowcores. */
export function lowcoresOf(memory: KernelMemory): bigint[] {
  const prefixes = memory.cpuNotes(NT_S390_PREFIX).map((data) => BigInt(data.readUInt32BE(0)));
  const running = prefixes.filter((prefix) => prefix !== 0n);
  return running.length > 0 ? running : lowcoresOfSymbols(memory);
}

/** A live kernel has no notes of its CPUs, but says where it keeps these addresses. */
function lowcoresOfSymbols(memory: KernelMemory): bigint[] {
  const count = Number(memory.info.number('LENGTH(lowcore_ptr)'));
  if (count > MOST_CPUS) throw damaged(`the kernel says that it has ${count} CPUs`);
  const bytes = memory.bytes(memory.info.neededSymbol('lowcore_ptr'), 8 * count);
  return Array.from({ length: count }, (_, i) => bytes.readBigUInt64BE(8 * i))
    .filter((address) => address !== 0n)
    .flatMap((address) => memory.absolute(address) ?? []);
}

export function lowcoreWord(memory: KernelMemory, lowcore: bigint, member: string): bigint {
  const word = memory.storage.words(lowcore + BigInt(memory.types.field('lowcore', member).offset), 1)?.[0];
  if (word === undefined) throw missing(`the lowcore at absolute ${hex(lowcore)} is not in the dump`);
  return word;
}

/** All processes with memory, in the order of the kernel's list of tasks. */
export function processesOf(memory: KernelMemory, lowcores: readonly bigint[], problem: Problem): ProcessOfTask[] {
  const found = new Map<bigint, ProcessOfTask>();
  for (const task of tasksOf(memory, lowcores, problem)) {
    const mm = memory.get('task_struct', task, 'mm');
    if (mm === 0n || found.has(mm)) continue;
    found.set(mm, {
      mm,
      task,
      pid: Number(memory.get('task_struct', task, 'tgid')),
      comm: memory.text('task_struct', task, 'comm'),
    });
  }
  return [...found.values()];
}

function tasksOf(memory: KernelMemory, lowcores: readonly bigint[], problem: Problem): bigint[] {
  const first = firstTask(memory, lowcores);
  const leaders = [first, ...listOf(memory, memory.at('task_struct', first, 'tasks'), 'task_struct', 'tasks', problem)];
  return leaders.flatMap((leader) => {
    const signal = memory.get('task_struct', leader, 'signal');
    return listOf(memory, memory.at('signal_struct', signal, 'thread_head'), 'task_struct', 'thread_node', problem);
  });
}

/** The one that is its own parent. */
function firstTask(memory: KernelMemory, lowcores: readonly bigint[]): bigint {
  const [lowcore] = lowcores;
  if (lowcore === undefined) throw missing('the dump does not say where the lowcore of a CPU is');
  let task = lowcoreWord(memory, lowcore, 'current_task');
  for (let generation = 0; generation < MOST_GENERATIONS; generation++) {
    const parent = memory.get('task_struct', task, 'real_parent');
    if (parent === task) return task;
    task = parent;
  }
  throw damaged('the parents of the task that the first CPU runs lead nowhere');
}

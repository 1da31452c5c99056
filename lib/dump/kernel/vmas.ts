// SPDX-License-Identifier: GPL-2.0-only
/** The mappings of a process: a list until 5.19, a maple tree (Linux, include/linux/maple_tree.h) since 6.1. */
import { hex } from '../../trace/words.js';
import { damaged } from '../dump-error.js';
import type { KernelMemory } from './kernel-memory.js';

export interface Vma {
  readonly start: bigint;
  /** The first address behind it. */
  readonly end: bigint;
  /** VM_READ and its like. */
  readonly flags: bigint;
}

/** Kinds of nodes, in bits 3 to 6 of a pointer to one. */
const LEAF = 1;
const ARANGE = 3;
const NODE = ~0xffn;
const HIGHEST = 2n ** 64n - 1n;
const MOST_LEVELS = 16;
const MOST_VMAS = 2 ** 22;

/** Ascending. @throws {DumpError} if they are no tree, or not all in the dump. */
export function vmasOf(memory: KernelMemory, mm: bigint): Vma[] {
  return memory.types.hasField('mm_struct', 'mm_mt') ? inTree(memory, mm) : onList(memory, mm);
}

function vmaAt(memory: KernelMemory, vma: bigint): Vma {
  const get = (member: string) => memory.get('vm_area_struct', vma, member);
  return { start: get('vm_start'), end: get('vm_end'), flags: get('vm_flags') };
}

function onList(memory: KernelMemory, mm: bigint): Vma[] {
  const found: Vma[] = [];
  const seen = new Set<bigint>();
  for (let vma = memory.get('mm_struct', mm, 'mmap'); vma !== 0n; vma = memory.get('vm_area_struct', vma, 'vm_next')) {
    if (seen.has(vma) || found.length === MOST_VMAS)
      throw damaged(`the mappings of the process at ${hex(mm)} have no end`);
    seen.add(vma);
    found.push(vmaAt(memory, vma));
  }
  return found;
}

function inTree(memory: KernelMemory, mm: bigint): Vma[] {
  const found: Vma[] = [];
  const seen = new Set<bigint>();
  const visit = (entry: bigint, max: bigint, depth: number): void => {
    const node = entry & NODE;
    if (depth > MOST_LEVELS || seen.has(node) || found.length > MOST_VMAS)
      throw damaged(`the mappings of the process at ${hex(mm)} are no tree`);
    seen.add(node);
    const kind = Number((entry >> 3n) & 0xfn);
    for (const { last, slot } of slotsOf(memory, node, kind === ARANGE ? 'maple_arange_64' : 'maple_range_64', max)) {
      if (kind !== LEAF) visit(slot, last, depth + 1);
      else if (slot !== 0n && (slot & 3n) === 0n) found.push(vmaAt(memory, slot));
    }
  };
  const root = memory.pointer(memory.at('mm_struct', mm, 'mm_mt.ma_root'));
  if ((root & 3n) === 2n) visit(root, HIGHEST, 0);
  else if (root !== 0n) found.push(vmaAt(memory, root));
  return found;
}

/** The used slots of a node, with the last address that each is for. */
function* slotsOf(
  memory: KernelMemory,
  node: bigint,
  struct: string,
  max: bigint,
): Generator<{ readonly last: bigint; readonly slot: bigint }> {
  const [pivots, slots] = [memory.words(struct, node, 'pivot'), memory.words(struct, node, 'slot')];
  for (const [i, slot] of slots.entries()) {
    const written = pivots[i] ?? max;
    const last = written === 0n && i > 0 ? max : written;
    yield { last, slot };
    if (last >= max) return;
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/** The kernel's linked lists and radix trees. What is broken in them is told, and the walk ends. */
import { hex } from '../../trace/words.js';
import { GrowingItems, type Items } from '../items.js';
import type { KernelMemory } from './kernel-memory.js';

export type Problem = (text: string) => void;

const MOST_ITEMS = 2 ** 22;
/** Of a radix tree above the root: any shift is less. */
const ABOVE = 64n;
/** The lowest two bits of a slot that is a node. */
const IS_NODE = 2n;

/** The structures on a list, from its head on. */
export function listOf(memory: KernelMemory, head: bigint, struct: string, member: string, problem: Problem): bigint[] {
  const offset = BigInt(memory.types.field(struct, member).offset);
  const found: bigint[] = [];
  const seen = new Set([head]);
  const name = `the list at ${hex(head)}`;
  for (let before = head, at = memory.pointer(head); at !== head; before = at, at = memory.pointer(at)) {
    const wrong = seen.has(at)
      ? 'does not come back to its head'
      : !memory.has(at)
        ? `goes on from ${hex(before)} to ${hex(at)}, where nothing is`
        : found.length === MOST_ITEMS
          ? `has more than ${MOST_ITEMS} items`
          : undefined;
    if (wrong) {
      problem(`${name} ${wrong}`);
      break;
    }
    if (memory.pointer(at + 8n) !== before) problem(`${name}: ${hex(at)} does not point back to ${hex(before)}`);
    seen.add(at);
    found.push(BigInt.asUintN(64, at - offset));
  }
  return found;
}

/** All items of a radix tree (an xarray below): keys are indexes. */
export function radixItems(memory: KernelMemory, root: bigint, problem: Problem): Items {
  const items = new GrowingItems();
  const seen = new Set<bigint>();
  const visit = (slot: bigint, index: bigint, above: bigint): void => {
    if ((slot & 3n) !== IS_NODE) {
      if (slot !== 0n) items.push(index, slot);
      return;
    }
    const node = slot - IS_NODE;
    const shift = memory.has(node) ? memory.get('xa_node', node, 'shift') : above;
    // Of a tree that grows downwards for ever, or twice into the same node, nothing more is read.
    if (shift >= above || seen.has(node) || items.size >= MOST_ITEMS) {
      problem(`the radix tree at ${hex(root)} has no node at ${hex(node)} for index ${hex(index)}`);
      return;
    }
    seen.add(node);
    for (const [i, below] of memory.words('xa_node', node, 'slots').entries())
      visit(below, index | (BigInt(i) << shift), shift);
  };
  visit(memory.pointer(memory.at('xarray', root, 'xa_head')), 0n, ABOVE);
  return items.done();
}

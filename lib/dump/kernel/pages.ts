// SPDX-License-Identifier: GPL-2.0-only
/** Descriptors of pages: `struct page`, in sections of sparse memory (Linux, include/linux/mmzone.h). */
import { hex } from '../../trace/words.js';
import { missing } from '../storage.js';
import type { KernelMemory } from './kernel-memory.js';

const PAGE_SHIFT = 12n;
/** Pointers to sections lie in pages of their own. */
const PAGE_SIZE = 4096n;
/** Of section_mem_map: what is no part of the address, and whether there is one. */
const MAP_FLAGS = 0x3fn;
const HAS_MAP = 2n;

export class PageDescriptors {
  readonly #memory: KernelMemory;
  readonly #size: bigint;
  #first: bigint | undefined;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#size = memory.info.number('SIZE(page)');
  }

  /** The descriptor of the page that an absolute address is in; undefined if the machine has no such page. */
  of(absolute: bigint): bigint | undefined {
    const { info } = this.#memory;
    const pfn = absolute >> PAGE_SHIFT;
    const sectionSize = info.number('SIZE(mem_section)');
    const section = pfn >> (info.number('NUMBER(SECTION_SIZE_BITS)') - PAGE_SHIFT);
    const perRoot = PAGE_SIZE / sectionSize;
    const slot = info.neededSymbol('mem_section') + (section / perRoot) * 8n;
    const root = this.#memory.has(slot) ? this.#memory.pointer(slot) : 0n;
    if (root === 0n) return undefined;
    const place = root + (section % perRoot) * sectionSize + info.number('OFFSET(mem_section.section_mem_map)');
    const map = this.#memory.has(place) ? this.#memory.pointer(place) : 0n;
    return map & HAS_MAP ? (map & ~MAP_FLAGS) + pfn * this.#size : undefined;
  }

  /** The absolute address of the page that a descriptor is of. */
  absoluteOf(page: bigint): bigint {
    this.#first ??= this.of(0n);
    if (this.#first === undefined) throw missing('the kernel has no descriptor of its first page');
    return BigInt.asUintN(64, ((page - this.#first) / this.#size) << PAGE_SHIFT);
  }

  /** A member of a page's descriptor; undefined if there is none. */
  get(absolute: bigint, member: string): bigint | undefined {
    const page = this.of(absolute);
    return page === undefined || !this.#memory.has(page) ? undefined : this.#memory.get('page', page, member);
  }

  /** @throws {DumpError} ERR_DUMP_MISSING */
  need(absolute: bigint, member: string): bigint {
    const value = this.get(absolute, member);
    if (value === undefined) throw missing(`the kernel has no descriptor of the page at ${hex(absolute)}`);
    return value;
  }
}

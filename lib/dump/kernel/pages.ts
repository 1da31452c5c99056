// SPDX-License-Identifier: GPL-2.0-only
/** Descriptors of pages: `struct page`, in sections of sparse memory (Linux, include/linux/mmzone.h). */
import { damaged } from '../dump-error.js';
import { missing } from '../storage.js';
import type { KernelMemory } from './kernel-memory.js';

const PAGE_SHIFT = 12n;
/** Pointers to sections lie in pages of their own. */
const PAGE_SIZE = 4096n;
/** Of section_mem_map: what is no part of the address, and whether there is one. */
const MAP_FLAGS = 0x3fn;
const HAS_MAP = 2n;

interface Layout {
  /** Where the pointers to sections begin, and how many sections each of them has. */
  readonly roots: bigint;
  readonly perRoot: bigint;
  readonly sectionSize: bigint;
  readonly mapOffset: bigint;
  /** From the number of a page to that of its section. */
  readonly shift: bigint;
}

export class PageDescriptors {
  readonly #memory: KernelMemory;
  readonly #size: bigint;
  #layoutOfSections: Layout | undefined;
  #first: bigint | undefined;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#size = memory.info.size('SIZE(page)');
  }

  /** The descriptor of the page that an absolute address is in; undefined if the machine has no such page. */
  of(absolute: bigint): bigint | undefined {
    const { roots, perRoot, sectionSize, mapOffset, shift } = this.#layout;
    const pfn = absolute >> PAGE_SHIFT;
    const section = pfn >> shift;
    const root = this.#wordAt(roots + (section / perRoot) * 8n);
    if (root === 0n) return undefined;
    const map = this.#wordAt(root + (section % perRoot) * sectionSize + mapOffset);
    return map & HAS_MAP ? (map & ~MAP_FLAGS) + pfn * this.#size : undefined;
  }

  /** Read once: it is asked for every page. */
  get #layout(): Layout {
    if (this.#layoutOfSections) return this.#layoutOfSections;
    const { info } = this.#memory;
    const sectionSize = info.size('SIZE(mem_section)');
    if (sectionSize > PAGE_SIZE) throw damaged(`the kernel says that a section of memory takes ${sectionSize} bytes`);
    this.#layoutOfSections = {
      roots: info.neededSymbol('mem_section'),
      perRoot: PAGE_SIZE / sectionSize,
      sectionSize,
      mapOffset: info.number('OFFSET(mem_section.section_mem_map)'),
      shift: info.number('NUMBER(SECTION_SIZE_BITS)') - PAGE_SHIFT,
    };
    return this.#layoutOfSections;
  }

  /** 0n where nothing is. */
  #wordAt(address: bigint): bigint {
    return this.#memory.has(address) ? this.#memory.pointer(address) : 0n;
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
}

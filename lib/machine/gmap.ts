// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />

import { checkAddress, checkFlag, checkObject, checkWord } from '../arguments.js';
import { brand, checkMaker } from '../brands.js';
import type { NativeGmapInfo } from '../generated/abi.js';
import { outcome } from '../generated/abi.js';
import { type InspectStyle, inspectAs, inspectObject } from '../inspect/console.js';
import { inspectGuest } from '../inspect/inspect-address.js';
import { storageOf } from '../inspect/machine-storage.js';
import { type DumpOptions, dumpRanges, type TableRange } from '../inspect/ranges.js';
import type { GuestView } from '../inspect/views.js';
import { type Handle, isGone, type Native, wordOf } from '../native/binding.js';
import type { Context } from '../native/context.js';
import {
  type AccessOptions,
  GUEST_LOAD,
  GUEST_STORE,
  GUEST_WALK,
  interruption,
  type Translation,
  translation,
} from './guest-access.js';
import { operation } from './kernel-function.js';
import type { Machine } from './machine.js';
import type { Mm } from './mm.js';
import { type RadixItems, radixItemsOf } from './radix-items.js';
import {
  done,
  type ErrorOf,
  type Failed,
  type LoadInterruption,
  type ProgramInterruption,
  type Result,
  success,
} from './result.js';

const FREE = operation('gmap_free');
const REMOVE = operation('gmap_remove');
const GET = operation('gmap_get');
const PUT = operation('gmap_put');
const MPROTECT_NOTIFY = operation('gmap_mprotect_notify', ['gaddr', 'length']);
const ENABLE = operation('gmap_enable');
const DISABLE = operation('gmap_disable');
const MAP_SEGMENT = operation('gmap_map_segment', ['from', 'to', 'length']);
const UNMAP_SEGMENT = operation('gmap_unmap_segment', ['to', 'length']);
const TRANSLATE = operation('gmap_translate', ['gaddr']);
const SEGMENT_GADDR = operation('__gmap_segment_gaddr', ['gaddr']);
const UNLINK_BY_VMADDR = operation('__gmap_unlink_by_vmaddr', ['vmaddr']);
const UNMAP_BY_GADDR = operation('__gmap_unmap_by_gaddr', ['gaddr']);
const LINK = operation('__gmap_link', ['gaddr', 'vmaddr']);
const FAULT = operation('gmap_fault', ['gaddr']);
const DISCARD = operation('gmap_discard', ['from', 'to']);
const ZAP = operation('__gmap_zap', ['gaddr']);
const IPTE_NOTIFY = operation('gmap_ipte_notify', ['gaddr', 'length']);

/** Protections that {@link Gmap.mprotectNotify} gives pages, in the order of the kernel's numbers. */
export const notifyProtections = ['none', 'read', 'write'] as const;
/** A protection that pages are given: a word of {@link notifyProtections}. */
export type NotifyProtection = (typeof notifyProtections)[number];

/** Native code's name of a gmap, 0 after close(). @internal */
export let handleOfGmap: (gmap: Gmap) => Handle;
/** What a gmap shares with its machine. @internal */
export let contextOfGmap: (gmap: Gmap) => Context;
/** @internal */
export const radixItems = (gmap: Gmap): RadixItems => radixItemsOf(contextOfGmap(gmap), handleOfGmap(gmap));

/**
 * A guest address space: `struct gmap` of arch/s390/mm/gmap.c. {@link Mm.allocGmap} makes it.
 *
 * Guest addresses (gaddr), host addresses (vmaddr) and lengths are bigints in bytes, from 0n to 2n ** 64n - 1n. Segments
 * are 1 MiB, pages 4 KiB.
 *
 * Every method throws besides what its result lists:
 * - TypeError, RangeError: an argument of the wrong type, negative, or not below 2^64;
 * - {@link GmapError} ERR_GMAP_CLOSED: the gmap is gone;
 * - ERR_GMAP_DEAD: an earlier call ended in a BUG;
 * - ERR_GMAP_IN_CALLBACK: not possible in a notifier callback, where the kernel holds its locks: there only `enable`,
 *   `disable`, `segmentGaddr`, and what only looks (`asce`, `walk`, …) can be called;
 * - what a notifier callback threw during the call, which is over then: the machine is as if the callback had returned.
 *
 * When a reset or restore, or a program, makes the gmap go, the object is closed and stays so. If a later restore brings
 * the gmap back, `mm.gmaps()` has a new object for it.
 */
export class Gmap implements Disposable {
  /** Its number in traces, programs and events: 3 for `g3`. */
  readonly number: number;
  readonly #context: Context;
  readonly #native: Native;
  #handle: Handle;

  static {
    brand('Gmap', (value) => #context in value);
    handleOfGmap = (gmap) => gmap.#handle;
    contextOfGmap = (gmap) => gmap.#context;
    inspectAs(Gmap, (gmap, style) => gmap.#describe(style));
  }

  /** Use {@link Mm.allocGmap}. */
  constructor(context: Context, handle: Handle, number: number) {
    checkMaker('Gmap', context, 'mm.allocGmap() or mm.createGmap()');
    this.#context = context;
    this.#native = context.native;
    this.#handle = handle;
    this.number = number;
  }

  /** The machine that it is in. */
  get machine(): Machine {
    return this.#context.machine;
  }

  /** The process that it was made for. */
  get mm(): Mm {
    const mm = this.#native.mmOf(this.#handle);
    if (mm < 0) this.#context.throwAnswer('gmap.mm', mm);
    return this.#context.mmOf(mm);
  }

  /** The address-space-control element: absolute address of the top table, and 0x1c3, 0x1c7, 0x1cb or 0x1cf. */
  get asce(): bigint {
    return this.#info().asce;
  }

  /** The highest guest address that can be mapped. */
  get asceEnd(): bigint {
    return this.#info().asceEnd;
  }

  /** How many region and segment tables it has, 16 KiB each. */
  get tables(): number {
    return this.#info().tables;
  }

  /** References to it; 4.7 does not count them, and it is always 1. */
  get references(): number {
    return this.#info().references;
  }

  /** Whether its process knows of it; false after {@link remove} if there are more references. */
  get isListed(): boolean {
    return this.#info().isListed;
  }

  #info(): NativeGmapInfo {
    return this.#context.expectObject('gmap', this.#native.gmapInfo(this.#handle));
  }

  /**
   * Records that the guest's [to, to + length) is the process's [from, from + length). Host memory need not exist. What
   * was mapped there before is unmapped.
   *
   * - EINVAL: not multiples of 1 MiB, no length, a range that wraps, `from + length` above 2^53 (in later kernels 2^64 - 2^12), or `to + length - 1`
   *   above {@link asceEnd}.
   * - ENOMEM: no radix-tree node; the whole guest range is unmapped then.
   *
   * With `from: 0n` the kernel answers success, and leaves the first segment unmapped.
   *
   * @throws {GmapError} ERR_GMAP_BUDGET: more segments than the machine's option `maxSegments`.
   * Kernel: gmap_map_segment.
   */
  mapSegment(segment: { from: bigint; to: bigint; length: bigint }): Result<void, ErrorOf<'gmap_map_segment'>> {
    const { from, to, length } = checkObject('gmap_map_segment: segment', segment);
    const rc = this.#native.gmap_map_segment(this.#handle, from, to, length);
    return rc === 0 ? done : this.#context.failed(MAP_SEGMENT, rc, from, to, length);
  }

  /**
   * Unmaps the guest's [to, to + length); what is not mapped there is left alone.
   *
   * - EINVAL: not multiples of 1 MiB, no length, or a range that wraps. The address-space limit is not looked at.
   *
   * Kernel: gmap_unmap_segment.
   */
  unmapSegment(segment: { to: bigint; length: bigint }): Result<void, ErrorOf<'gmap_unmap_segment'>> {
    const { to, length } = checkObject('gmap_unmap_segment: segment', segment);
    const rc = this.#native.gmap_unmap_segment(this.#handle, to, length);
    return rc === 0 ? done : this.#context.failed(UNMAP_SEGMENT, rc, to, length);
  }

  /**
   * The host address of a guest address, from the mapping alone: no table is looked at.
   *
   * - EFAULT: not mapped.
   *
   * Kernel: gmap_translate.
   */
  translate(gaddr: bigint): Result<bigint, ErrorOf<'gmap_translate'>> {
    const answer = this.#native.gmap_translate(this.#handle, gaddr);
    return answer === undefined ? success(wordOf(this.#native)) : this.#context.failed(TRANSLATE, answer, gaddr);
  }

  /**
   * Makes a guest page accessible: the process's page is faulted in, for writing if `write`, and its page table is
   * shared with the guest.
   *
   * - EFAULT: not mapped; or the process's fault failed: no memory mapped there, not permitted, out of storage (the kernel
   *   does not tell these apart); or it is a large page.
   * - ENOMEM: no storage for a table of the gmap.
   * - EEXIST: the host segment is already linked to another guest segment of this gmap.
   *
   * Kernel: gmap_fault.
   */
  fault(gaddr: bigint, options: { write?: boolean } = {}): Result<void, ErrorOf<'gmap_fault'>> {
    const write = checkFlag('gmap_fault: write', checkObject('gmap_fault: options', options).write, false);
    const rc = this.#native.gmap_fault(this.#handle, gaddr, write ? 1n : 0n);
    return rc === 0 ? done : this.#context.failed(FAULT, rc, gaddr);
  }

  /**
   * Shares the page table of the host segment with the guest segment, without looking whether one is mapped to the other.
   * Success also if the guest segment is linked already, to whatever.
   *
   * - ENOMEM: no storage for a table, or no memory for the tree. Tables that were made stay.
   * - EFAULT: the host segment is a large page.
   * - EEXIST: the host segment is already linked to another guest segment of this gmap.
   * - BUG: the process has no page table there.
   *
   * Kernel: __gmap_link, with mmap_sem held.
   */
  link(gaddr: bigint, vmaddr: bigint): Result<void, ErrorOf<'__gmap_link'>> {
    const rc = this.#native.__gmap_link(this.#handle, gaddr, vmaddr);
    return rc === 0 ? done : this.#context.failed(LINK, rc, gaddr, vmaddr);
  }

  /**
   * The first guest address of the segment that contains `gaddr`, computed back from its table entry. Addresses above
   * {@link asceEnd} wrap.
   *
   * - ENOENT: a table above the entry is missing.
   *
   * Kernel: __gmap_segment_gaddr.
   */
  segmentGaddr(gaddr: bigint): Result<bigint, ErrorOf<'__gmap_segment_gaddr'>> {
    const answer = this.#native.__gmap_segment_gaddr(this.#handle, gaddr);
    return answer === undefined ? success(wordOf(this.#native)) : this.#context.failed(SEGMENT_GADDR, answer, gaddr);
  }

  /**
   * Drops the link of a host segment; the mapping stays. True if there was a link, and the caller owes a flush.
   * Kernel: __gmap_unlink_by_vmaddr.
   */
  unlinkByVmaddr(vmaddr: bigint): boolean {
    const flush = this.#native.__gmap_unlink_by_vmaddr(this.#handle, vmaddr);
    return flush >= 0 ? flush === 1 : this.#context.throwAnswer(UNLINK_BY_VMADDR.name, flush, ['vmaddr'], [vmaddr]);
  }

  /**
   * Drops the mapping of one guest segment, and the link of its host segment. True if there was a link (perhaps one of
   * another guest segment with the same host segment), and the caller owes a flush.
   * Kernel: __gmap_unmap_by_gaddr, with mmap_sem held for writing.
   */
  unmapByGaddr(gaddr: bigint): boolean {
    const flush = this.#native.__gmap_unmap_by_gaddr(this.#handle, gaddr);
    return flush >= 0 ? flush === 1 : this.#context.throwAnswer(UNMAP_BY_GADDR.name, flush, ['gaddr'], [gaddr]);
  }

  /**
   * Throws the pages of guest [from, to) away; they read as zero afterwards. What is not mapped is skipped.
   *
   * - BUG: no memory is mapped in the process at or above a host address (a NULL dereference in 4.7; later kernels skip
   *   that); part of a page, or of a large page; `to` in the last MiB of the 64-bit addresses (an endless loop).
   *
   * Kernel: gmap_discard.
   */
  discard(from: bigint, to: bigint): Result<void, ErrorOf<'gmap_discard'>> {
    const rc = this.#native.gmap_discard(this.#handle, from, to);
    return rc === 0 ? done : this.#context.failed(DISCARD, rc, from, to);
  }

  /**
   * Frees what the swapped-out page holds if the guest does not need its content (see {@link Mm.essaSetUsage}); nothing
   * happens to other pages. Allocates the process's page table if it is missing.
   *
   * - BUG: the process has no PGSTEs, or a large page there.
   *
   * Kernel: __gmap_zap, with mmap_sem held.
   */
  zap(gaddr: bigint): Result<void, ErrorOf<'__gmap_zap'>> {
    const rc = this.#native.__gmap_zap(this.#handle, gaddr);
    return rc === 0 ? done : this.#context.failed(ZAP, rc, gaddr);
  }

  /**
   * Makes the pages of guest [gaddr, gaddr + length) writable, and asks for one call of every registered notifier when
   * the PTE of one of them is invalidated.
   *
   * - EINVAL: not multiples of 4 KiB. No length is success.
   * - EFAULT, ENOMEM, EEXIST: as {@link fault} for writing. Pages before the failing one stay armed.
   * - BUG: the process has no PGSTEs.
   *
   * @throws {GmapError} ERR_GMAP_BUDGET: more pages, all of them mapped, than the machine's option `maxPages`.
   *
   * Kernel: gmap_ipte_notify, 4.7 only; later kernels have {@link mprotectNotify}.
   */
  ipteNotify(gaddr: bigint, length: bigint): Result<void, ErrorOf<'gmap_ipte_notify'>> {
    const rc = this.#native.gmap_ipte_notify(this.#handle, gaddr, length);
    return rc === 0 ? done : this.#context.failed(IPTE_NOTIFY, rc, gaddr, length);
  }

  /**
   * Gives the pages of guest [gaddr, gaddr + length) a protection, and asks for one call of every registered notifier when
   * an access needs more than that, or the host changes the page's PTE. `write` (which makes the pages writable, and waits for
   * the host alone) is what {@link ipteNotify} did.
   *
   * - EINVAL: not multiples of 4 KiB; `read` on a machine without ESOP. No length is success.
   * - EFAULT, ENOMEM, EEXIST: as {@link fault}. Pages before the failing one stay armed.
   * - BUG: the process has no PGSTEs.
   *
   * @throws {GmapError} ERR_GMAP_BUDGET: as {@link ipteNotify}.
   *
   * Kernel: gmap_mprotect_notify, after 4.7.
   */
  mprotectNotify(
    gaddr: bigint,
    length: bigint,
    protection: NotifyProtection = 'write',
  ): Result<void, ErrorOf<'gmap_mprotect_notify'>> {
    const prot = checkWord('gmap_mprotect_notify: protection', protection, notifyProtections);
    const rc = this.#native.gmap_mprotect_notify(this.#handle, gaddr, length, BigInt(prot));
    return rc === 0 ? done : this.#context.failed(MPROTECT_NOTIFY, rc, gaddr, length);
  }

  /** The next guest entry on the current CPU uses this gmap: lowcore names it. Kernel: gmap_enable. */
  enable(): void {
    this.#context.expectOk(ENABLE.name, this.#native.gmap_enable(this.#handle));
  }

  /** The next guest entry on the current CPU uses no gmap, whichever was enabled. Kernel: gmap_disable. */
  disable(): void {
    this.#context.expectOk(DISABLE.name, this.#native.gmap_disable(this.#handle));
  }

  /**
   * Eight bytes as the guest reads them, big-endian, through its own tables; `gaddr` is rounded down to eight.
   *
   * With `fault`, an interruption that the host can resolve is handed to {@link fault} and the access tried again. The
   * failure names the program interruption, and what the fault answered: EFAULT beyond what {@link asce} reaches, too.
   */
  load(gaddr: bigint, options: AccessOptions = {}): Result<bigint, LoadInterruption> {
    const fault = checkFlag('gmap.load: fault', checkObject('gmap.load: options', options).fault, false);
    const answer = this.#native.guestLoad(this.#handle, gaddr, fault ? 1 : 0);
    if (answer === undefined) return success(wordOf(this.#native));
    return answer <= outcome.PROGRAM
      ? (interruption(GUEST_LOAD, answer) as Failed<LoadInterruption>)
      : this.#context.throwAnswer(GUEST_LOAD, answer, ['gaddr'], [gaddr]);
  }

  /** Eight bytes as the guest writes them; otherwise as {@link load}. `value` is from 0n to 2n ** 64n - 1n. */
  store(gaddr: bigint, value: bigint, options: AccessOptions = {}): Result<void, ProgramInterruption> {
    const fault = checkFlag('gmap.store: fault', checkObject('gmap.store: options', options).fault, false);
    const answer = this.#native.guestStore(this.#handle, gaddr, value, fault ? 1 : 0);
    if (answer === 0) return done;
    return answer <= outcome.PROGRAM
      ? interruption(GUEST_STORE, answer)
      : this.#context.throwAnswer(GUEST_STORE, answer, ['gaddr', 'value'], [gaddr, value]);
  }

  /**
   * The hardware's translation of a guest address through {@link asce}, without an access: nothing changes. With `store`
   * a protected page is a failure.
   */
  walk(gaddr: bigint, options: { store?: boolean } = {}): Result<Translation, ProgramInterruption> {
    const store = checkFlag('gmap.walk: store', checkObject('gmap.walk: options', options).store, false);
    const walk = this.#native.walkGuest(this.#handle, gaddr, store ? 1 : 0);
    return typeof walk === 'number'
      ? this.#context.throwAnswer(GUEST_WALK, walk, ['gaddr'], [gaddr])
      : translation(GUEST_WALK, walk);
  }

  /**
   * All that is known of a guest address: its translation entry by entry, with the PGSTE, the storage key, the radix trees' items,
   * the process's own translation beside it, and what the machine answers to a load and a store. While the machine is
   * traced, also who wrote each entry. As text, in the style of crash's vtop: `String(gmap.inspect(gaddr))`. Nothing changes.
   */
  inspect(gaddr: bigint): GuestView {
    return inspectGuest(this, checkAddress('gmap.inspect: gaddr', gaddr), radixItems);
  }

  /**
   * The guest's address space as ranges of equal protection, in the style of the kernel's page-table dump:
   * `printRanges(gmap.dump())` of `s390-gmap/inspect`. Nothing changes.
   */
  dump(options: DumpOptions = {}): TableRange[] {
    const hasPgstes = this.machine.processes.includes(this.mm) && this.mm.hasPgstes;
    return dumpRanges(storageOf(this.machine), this.asce, hasPgstes, options);
  }

  /**
   * Frees the gmap and its tables. The process's pages stay as they are, and so does a lowcore that names it.
   * Not possible inside any callback. Kernel: gmap_free, 4.7 only; later kernels have {@link remove}.
   */
  free(): void {
    this.#context.expectOk(FREE.name, this.#native.gmap_free(this.#handle));
    this.#handle = 0;
  }

  /**
   * The process knows the gmap no longer: the host's changes of its page tables do not reach it. It is freed with the last
   * reference, which this is unless there was a {@link get}. Not possible inside any callback.
   *
   * - BUG: it was removed before.
   *
   * Kernel: gmap_remove, after 4.7.
   */
  remove(): Result<void, ErrorOf<'gmap_remove'>> {
    const answer = this.#native.gmap_remove(this.#handle);
    return answer === 0 ? done : this.#context.failed(REMOVE, answer);
  }

  /** One more reference. Kernel: gmap_get, after 4.7. */
  get(): void {
    this.#context.expectOk(GET.name, this.#native.gmap_get(this.#handle));
  }

  /**
   * One reference less; with the last one the gmap is freed. Not possible inside any callback.
   *
   * - BUG: the last one, and the gmap was not removed: its process would go on using freed memory.
   *
   * Kernel: gmap_put, after 4.7.
   */
  put(): Result<void, ErrorOf<'gmap_put'>> {
    const answer = this.#native.gmap_put(this.#handle);
    return answer === 0 ? done : this.#context.failed(PUT, answer);
  }

  /** Frees it, whatever references there are; nothing happens if it is gone, or its machine closed or dead. */
  close(): void {
    if (this.#context.has('gmap_remove')) this.#drop();
    else if (this.#close(this.#native.gmap_free(this.#handle))) this.#handle = 0;
  }

  #drop(): void {
    for (
      let info = this.#native.gmapInfo(this.#handle);
      typeof info !== 'number';
      info = this.#native.gmapInfo(this.#handle)
    ) {
      if (!this.#close(info.isListed ? this.#native.gmap_remove(this.#handle) : this.#native.gmap_put(this.#handle)))
        break;
    }
    this.#handle = 0;
  }

  /** Whether there was something left to do. */
  #close(answer: number): boolean {
    if (isGone(answer)) return false;
    this.#context.expectOk('gmap.close', answer);
    return true;
  }

  /** Closes it: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #describe(style: InspectStyle): string {
    const info = this.#native.gmapInfo(this.#handle);
    if (typeof info === 'number') return `Gmap g${this.number} (closed)`;
    const { asce, asceEnd: end, tables, references, isListed: listed } = info;
    const more = this.#context.has('gmap_get') ? { references, listed } : {};
    return inspectObject(`Gmap g${this.number}`, { mm: `mm${this.mm.number}`, asce, end, tables, ...more }, style);
  }
}

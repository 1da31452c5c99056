// SPDX-License-Identifier: GPL-2.0-only

import { checkAddress, checkFlag, checkNamed, checkNumber, checkObject, checkWord } from '../arguments.js';
import { brand, checkMaker } from '../brands.js';
import { advice, type NativeMmInfo } from '../generated/abi.js';
import { type InspectStyle, inspectAs, inspectObject } from '../inspect/console.js';
import { inspectHost } from '../inspect/inspect-address.js';
import { storageOf } from '../inspect/machine-storage.js';
import type { Mapping } from '../inspect/mappings.js';
import { type DumpOptions, dumpRanges, type TableRange } from '../inspect/ranges.js';
import type { HostView } from '../inspect/views.js';
import { type Handle, type Native, wordOf } from '../native/binding.js';
import type { Context } from '../native/context.js';
import { type Gmap, radixItems } from './gmap.js';
import { HOST_WALK, type Translation, translation } from './guest-access.js';
import { type KernelFunction, operation } from './kernel-function.js';
import type { Machine } from './machine.js';
import { decodeMappings, mappingWords } from './mappings.js';
import { done, type ErrorOf, type ProgramInterruption, type Result, success } from './result.js';

const RANGE = ['address', 'length'];

const ALLOC = operation('gmap_alloc', ['limit']);
const CREATE = operation('gmap_create', ['limit']);
const MMAP = operation('mmap', RANGE);
const MUNMAP = operation('munmap', RANGE);
const MPROTECT = operation('mprotect', RANGE);
const MADVISE = operation('madvise', RANGE);
const MREMAP = operation('mremap', ['from', 'length', 'to', 'newLength']);
const LOAD = operation('load', ['address']);
const STORE = operation('store', ['address', 'value']);
const FORK = operation('fork');
const SWAP_OUT = operation('swap_out', ['address']);
const ENABLE_SIE = operation('s390_enable_sie');
const ENABLE_SKEY = operation('s390_enable_skey');
const RESET_CMMA = operation('s390_reset_cmma');
const SET_KEY = operation('set_guest_storage_key', ['address', 'key']);
const GET_KEY = operation('get_guest_storage_key', ['address']);
const COND_SET_KEY = operation('cond_set_guest_storage_key', ['address', 'key']);
const RESET_REFERENCE = operation('reset_guest_reference_bit', ['address']);
const CLEAR_UC = operation('ptep_test_and_clear_uc', ['address']);
const DIRTY = operation('test_and_clear_guest_dirty', ['address']);

/** The highest storage key: 0xf0 access control, 0x08 fetch protection, 0x04 referenced, 0x02 changed. */
const MAX_KEY = 0xff;

/** How a guest uses a page, in the order of the PGSTE's usage bits. */
export const pageUsages = ['stable', 'unused', 'potentially-volatile', 'volatile'] as const;
/** How a guest uses a page: a word of {@link pageUsages}. */
export type PageUsage = (typeof pageUsages)[number];

/** What may be done with memory. */
export interface Protection {
  /** Loads. */
  read: boolean;
  /** Stores. */
  write: boolean;
  /** Instructions may be fetched: where they may not, kernels after 4.7 mark pages NOEXEC. */
  exec: boolean;
}

/** What {@link Mm.mmap} maps. Where they are left out, `read` and `write` are true and `exec` is false. */
export interface MapOptions extends Partial<Protection> {
  /** The first host address, in bytes: a multiple of 4 KiB. */
  address: bigint;
  /** In bytes, from 1n on; the kernel rounds it up to pages of 4 KiB. */
  length: bigint;
  /** Shared with forked processes, of which the model has none that live on. Default false. */
  shared?: boolean;
  /**
   * MAP_NORESERVE, as programs that run guests often map their memory: never accounted, so private neighbours become one
   * mapping whatever their protection was before. Default false.
   */
  noReserve?: boolean;
  /** In large pages of 1 MiB, private. Default false. */
  huge?: boolean;
}

/** How {@link Mm.condSetGuestStorageKey} sets a key. */
export interface KeyOptions {
  /** Whether other CPUs need not wait for it. Default false. */
  nonQuiescing?: boolean;
  /** Whether the reference bit does not count. Default false. */
  ignoreReferenced?: boolean;
  /** Whether the change bit does not count. Default false. */
  ignoreChanged?: boolean;
}

/** What {@link Mm.mremap} moves, and where to: host addresses, which are multiples of 4 KiB, and lengths in bytes. */
export interface MoveOptions {
  /** The first address now. */
  from: bigint;
  /** How much there is now. */
  length: bigint;
  /** The first address then. */
  to: bigint;
  /** How much there is then. Default: `length`. */
  newLength?: bigint;
}

const PROTECTION = ['read', 'write', 'exec'] as const satisfies readonly (keyof Protection)[];
const MAP_OPTIONS = [
  'address',
  'length',
  'shared',
  'noReserve',
  'huge',
  ...PROTECTION,
] as const satisfies readonly (keyof MapOptions)[];
const KEY_OPTIONS = [
  'nonQuiescing',
  'ignoreReferenced',
  'ignoreChanged',
] as const satisfies readonly (keyof KeyOptions)[];
const MOVE_OPTIONS = ['from', 'length', 'to', 'newLength'] as const satisfies readonly (keyof MoveOptions)[];

/** @internal */
export let handleOfMm: (mm: Mm) => Handle;
/** @internal */
export let contextOfMm: (mm: Mm) => Context;

function protectionWord(read: boolean, write: boolean, exec: boolean): bigint {
  return (read ? 1n : 0n) | (write ? 2n : 0n) | (exec ? 4n : 0n);
}

/**
 * A process: its mappings, host page tables and storage keys. `machine.mm` is the first one, `machine.exec()` starts
 * another. Addresses are host addresses (vmaddr).
 *
 * Addresses and lengths are bigints in bytes, from 0n to 2n ** 64n - 1n. Besides what its result lists every method throws
 * what {@link Gmap} says; ERR_GMAP_CLOSED when the process has exited. All of them are impossible in a notifier callback,
 * except `gmaps`, `walk` and the properties.
 */
export class Mm {
  /** Its number in traces, programs and events: 0 for `mm0`. */
  readonly number: number;
  readonly #context: Context;
  readonly #native: Native;
  readonly #handle: Handle;

  static {
    brand('Mm', (value) => #context in value);
    handleOfMm = (mm) => mm.#handle;
    contextOfMm = (mm) => mm.#context;
    inspectAs(Mm, (mm, style) => mm.#describe(style));
  }

  /** Use `machine.mm` or {@link Machine.exec}. */
  constructor(context: Context, handle: Handle, number: number) {
    checkMaker('Mm', context, 'machine.mm or machine.exec()');
    this.#context = context;
    this.#native = context.native;
    this.#handle = handle;
    this.number = number;
  }

  /** The machine that it is a process of. */
  get machine(): Machine {
    return this.#context.machine;
  }

  /** The address-space-control element: absolute address of the top table, and 0x1c7 (three levels), 0x1cb (four) or 0x1cf (five). */
  get asce(): bigint {
    return this.#info().asce;
  }

  /**
   * The first address that the tables do not cover: 2^42; 2^53 once something was mapped above; and 2^64 - 4096 once
   * something was mapped above that, which 4.7 refuses.
   */
  get asceLimit(): bigint {
    return this.#info().asceLimit;
  }

  /** Whether its page tables have PGSTEs, see {@link Machine.sysctlAllocatePgste}. */
  get hasPgstes(): boolean {
    return this.#info().allocPgste;
  }

  /** Whether {@link enableSie} was called. */
  get sieEnabled(): boolean {
    return this.#info().hasPgste;
  }

  /** Whether {@link enableSkey} was called. */
  get skeyEnabled(): boolean {
    return this.#info().useSkey;
  }

  #info(): NativeMmInfo {
    return this.#context.expectObject('mm', this.#native.mmInfo(this.#handle));
  }

  // Guest address spaces

  /**
   * Makes a guest address space. `limit` is the highest guest address wanted: it is rounded up to 2^31, 2^42, 2^53 or
   * 2^64, less one: two, three, four or five levels of tables.
   *
   * - ENOMEM: no storage for the top table, or no memory for the structure (the kernel answers NULL).
   *
   * @throws {GmapError} ERR_GMAP_BUDGET: the machine has 4096 gmaps.
   * Kernel: gmap_alloc, 4.7 only; later kernels have {@link createGmap}.
   */
  allocGmap(limit: bigint): Result<Gmap, ErrorOf<'gmap_alloc'>> {
    return this.#newGmap(ALLOC, this.#native.gmap_alloc(this.#handle, limit), limit);
  }

  /** As {@link allocGmap}, with one reference. Kernel: gmap_create, after 4.7. */
  createGmap(limit: bigint): Result<Gmap, ErrorOf<'gmap_create'>> {
    return this.#newGmap(CREATE, this.#native.gmap_create(this.#handle, limit), limit);
  }

  #newGmap(call: KernelFunction<'ENOMEM'>, gmap: number, limit: bigint): Result<Gmap, 'ENOMEM'> {
    if (gmap > 0) return { ok: true, value: this.#context.gmapOf(gmap) };
    return gmap === 0 ? call.failed(-12) : this.#context.failed(call, gmap, limit);
  }

  /** Its guest address spaces, newest first; also after exit, as long as there are any. */
  gmaps(): Gmap[] {
    const gmaps = this.#context.expectObject('gmaps', this.#native.gmapsOf(this.#handle));
    return gmaps.map((gmap) => this.#context.gmapOf(gmap));
  }

  /**
   * What the kernel does when it frees the page table of a host segment: no gmap of the process is linked to it any
   * longer. Kernel: gmap_unlink, with mmap_sem held for writing.
   */
  unlink(vmaddr: bigint): void {
    this.#context.expectOk(
      'gmap_unlink',
      this.#native.gmap_unlink(this.#handle, 0, vmaddr),
      ['table', 'vmaddr'],
      0,
      vmaddr,
    );
  }

  /**
   * Calls every registered notifier for each gmap that the host page's segment is linked to, as when its PTE is
   * invalidated. Kernels after 4.7 are told the bits of the PGSTE, and call only if PGSTE_IN (0x0000400000000000n) is
   * among them; left out they are all set.
   *
   * @throws {GmapError} ERR_GMAP_NO_PAGE_TABLE: the kernel's callers have one. ERR_GMAP_UNSUPPORTED: bits in 4.7.
   * Kernel: ptep_notify, with the pte lock held.
   */
  notify(vmaddr: bigint, bits?: bigint): void {
    const answer = this.#native.ptep_notify(this.#handle, vmaddr, bits);
    this.#context.expectOk('ptep_notify', answer, ['vmaddr', 'bits'], vmaddr, bits);
  }

  /**
   * The process may run guests from now on; must come before its gmaps are used.
   *
   * - EINVAL: its page tables have no PGSTEs.
   *
   * Kernel: s390_enable_sie.
   */
  enableSie(): Result<void, ErrorOf<'s390_enable_sie'>> {
    const rc = this.#native.s390_enable_sie(this.#handle);
    return rc === 0 ? done : this.#context.failed(ENABLE_SIE, rc);
  }

  /**
   * The process's guests use storage keys from now on: zero pages are replaced, guest keys cleared (kernels after 4.7 set
   * their reference and change bits).
   *
   * - ENOMEM: 6.12 only: no storage for a page in place of a zero page.
   * - BUG: it has page tables without PGSTEs.
   *
   * Kernel: s390_enable_skey.
   */
  enableSkey(): Result<void, ErrorOf<'s390_enable_skey'>> {
    const rc = this.#native.s390_enable_skey(this.#handle);
    return rc === 0 ? done : this.#context.failed(ENABLE_SKEY, rc);
  }

  /**
   * Every page is "stable" again, see {@link essaSetUsage}.
   *
   * - BUG: it has page tables without PGSTEs.
   *
   * Kernel: s390_reset_cmma.
   */
  resetCmma(): Result<void, ErrorOf<'s390_reset_cmma'>> {
    const rc = this.#native.s390_reset_cmma(this.#handle);
    return rc === 0 ? done : this.#context.failed(RESET_CMMA, rc);
  }

  // Guest storage keys, dirty logging, ESSA

  /**
   * Sets the guest's storage key of a page: 0 to 0xff; 0xf0 access control, 0x08 fetch protection, 0x04 referenced, 0x02
   * changed. No page is faulted in.
   *
   * - EFAULT: no page table: 4.7 makes one, and answers this only if there is no storage for it. Later kernels answer it
   *   for every key but 0; from 6.1 on also where the process has nothing mapped.
   * - BUG: the address is above {@link asceLimit}, in a large page, or the process has no PGSTEs.
   *
   * Kernel: set_guest_storage_key.
   */
  setGuestStorageKey(
    address: bigint,
    key: number,
    options: { nonQuiescing?: boolean } = {},
  ): Result<void, ErrorOf<'set_guest_storage_key'>> {
    checkNumber('set_guest_storage_key: key', key, 0, MAX_KEY);
    const nonQuiescing = checkFlag(
      'set_guest_storage_key: nonQuiescing',
      checkObject('set_guest_storage_key: options', options).nonQuiescing,
      false,
    );
    const rc = this.#native.set_guest_storage_key(this.#handle, address, BigInt(key), nonQuiescing ? 1 : 0);
    return rc === 0 ? done : this.#context.failed(SET_KEY, rc, address);
  }

  /**
   * The guest's storage key of a page, 0 to 0xff.
   *
   * - EFAULT, BUG: as {@link setGuestStorageKey}; without a page table the key is 0.
   *
   * Kernel: get_guest_storage_key.
   */
  getGuestStorageKey(address: bigint): Result<number, ErrorOf<'get_guest_storage_key'>> {
    const answer = this.#native.get_guest_storage_key(this.#handle, address);
    return answer === undefined
      ? { ok: true, value: Number(wordOf(this.#native)) }
      : this.#context.failed(GET_KEY, answer, address);
  }

  /**
   * Sets the guest's storage key of a page unless it would change nothing that counts: with `ignoreReferenced` the
   * reference bit does not count, with `ignoreChanged` the change bit. Whether it was set; without either it always is.
   *
   * - EFAULT, BUG: as {@link setGuestStorageKey}.
   *
   * Kernel: cond_set_guest_storage_key, after 4.7.
   */
  condSetGuestStorageKey(
    address: bigint,
    key: number,
    options: KeyOptions = {},
  ): Result<boolean, ErrorOf<'cond_set_guest_storage_key'>> {
    checkNumber('cond_set_guest_storage_key: key', key, 0, MAX_KEY);
    const taken = checkNamed('cond_set_guest_storage_key: options', options, KEY_OPTIONS);
    const [nq = 0, mr = 0, mc = 0] = KEY_OPTIONS.map((option) =>
      checkFlag(`cond_set_guest_storage_key: ${option}`, taken[option], false) ? 1 : 0,
    );
    const rc = this.#native.cond_set_guest_storage_key(this.#handle, address, BigInt(key), nq, mr, mc);
    return rc >= 0 ? { ok: true, value: rc === 1 } : this.#context.failed(COND_SET_KEY, rc, address);
  }

  /**
   * Clears the reference bit of the guest's storage key. What it and the change bit were: 2 and 1, added.
   *
   * - EFAULT, BUG: as {@link getGuestStorageKey}.
   *
   * Kernel: reset_guest_reference_bit, after 4.7.
   */
  resetGuestReferenceBit(address: bigint): Result<number, ErrorOf<'reset_guest_reference_bit'>> {
    const rc = this.#native.reset_guest_reference_bit(this.#handle, address);
    return rc >= 0 ? { ok: true, value: rc } : this.#context.failed(RESET_REFERENCE, rc, address);
  }

  /**
   * As {@link testAndClearGuestDirty}; no page table is made, and without one the answer is false.
   *
   * - BUG: the process has no PGSTEs.
   *
   * Kernel: ptep_test_and_clear_uc, after 4.7, with the pte lock held.
   */
  testAndClearUc(address: bigint): Result<boolean, ErrorOf<'ptep_test_and_clear_uc'>> {
    const dirty = this.#native.ptep_test_and_clear_uc(this.#handle, address);
    return dirty >= 0 ? { ok: true, value: dirty === 1 } : this.#context.failed(CLEAR_UC, dirty, address);
  }

  /**
   * Whether a guest or the process wrote to the page since the last call; false also if there is no storage for the
   * page table that is allocated when it is missing.
   *
   * - BUG: as {@link setGuestStorageKey}.
   *
   * Kernel: test_and_clear_guest_dirty, with the pte lock only.
   */
  testAndClearGuestDirty(address: bigint): Result<boolean, ErrorOf<'test_and_clear_guest_dirty'>> {
    const dirty = this.#native.test_and_clear_guest_dirty(this.#handle, address);
    return dirty >= 0 ? { ok: true, value: dirty === 1 } : this.#context.failed(DIRTY, dirty, address);
  }

  /**
   * What the machine does to the page's PGSTE when a guest executes ESSA to say how it uses the page.
   *
   * @throws {GmapError} ERR_GMAP_NO_PAGE_TABLE: a guest could not execute it there.
   */
  essaSetUsage(address: bigint, usage: PageUsage): void {
    const index = checkWord('essa_set_usage: usage', usage, pageUsages);
    this.#context.expectOk(
      'essa_set_usage',
      this.#native.essa_set_usage(this.#handle, address, index),
      ['address'],
      address,
    );
  }

  /**
   * The same for whether the page is logically zero.
   *
   * @throws {GmapError} ERR_GMAP_NO_PAGE_TABLE
   */
  essaSetZero(address: bigint, zero: boolean): void {
    const on = checkFlag('essa_set_zero: zero', zero, false) ? 1 : 0;
    this.#context.expectOk(
      'essa_set_zero',
      this.#native.essa_set_zero(this.#handle, address, on),
      ['address'],
      address,
    );
  }

  // System calls

  /**
   * Maps anonymous memory at a fixed address, readable and writable unless told otherwise. What was mapped there is
   * unmapped. The length is rounded up to pages.
   *
   * - EINVAL: no length, `address` not a multiple of 4 KiB (of 1 MiB for huge memory, `length` too).
   * - ENOMEM: a range above the task size (2^53 in 4.7, 2^64 - 4096 later), more than 65,530 mappings, no memory, or only part of a large page would be unmapped.
   */
  mmap(options: MapOptions): Result<void, ErrorOf<'mmap'>> {
    const taken = checkNamed('mmap: options', options, MAP_OPTIONS);
    const { address, length } = taken;
    const read = checkFlag('mmap: read', taken.read, true);
    const write = checkFlag('mmap: write', taken.write, true);
    const exec = checkFlag('mmap: exec', taken.exec, false);
    const shared = checkFlag('mmap: shared', taken.shared, false);
    const noReserve = checkFlag('mmap: noReserve', taken.noReserve, false);
    const huge = checkFlag('mmap: huge', taken.huge, false);
    if (huge && shared) throw new TypeError('mmap: huge memory is private: shared must be false');
    if (huge && noReserve) throw new TypeError('mmap: huge memory takes no flags: noReserve must be false');
    const protection = protectionWord(read, write, exec);
    const rc = huge
      ? this.#native.mmap_huge(this.#handle, address, length, protection)
      : this.#native.mmap(this.#handle, address, length, protection, (shared ? 1 : 0) | (noReserve ? 2 : 0));
    return rc === 0 ? done : this.#context.failed(MMAP, rc, address, length);
  }

  /**
   * Unmaps [address, address + length), rounded up to pages. Nothing mapped there is success.
   *
   * - EINVAL: `address` not a multiple of 4 KiB, no length, a range above {@link asceLimit}, or part of a large page.
   * - ENOMEM: no memory to split a mapping.
   */
  munmap(address: bigint, length: bigint): Result<void, ErrorOf<'munmap'>> {
    const rc = this.#native.munmap(this.#handle, address, length);
    return rc === 0 ? done : this.#context.failed(MUNMAP, rc, address, length);
  }

  /**
   * Changes the protection of [address, address + length), rounded up to pages. No length is success.
   *
   * - EINVAL: `address` not a multiple of 4 KiB, or part of a large page.
   * - ENOMEM: a hole in the range (what lies before it is changed), a range that wraps, or no memory.
   */
  mprotect(address: bigint, length: bigint, protection: Protection): Result<void, ErrorOf<'mprotect'>> {
    const { read, write, exec } = checkNamed('mprotect: protection', protection, PROTECTION);
    const word = protectionWord(
      checkFlag('mprotect: read', read, false),
      checkFlag('mprotect: write', write, false),
      checkFlag('mprotect: exec', exec, false),
    );
    const rc = this.#native.mprotect(this.#handle, address, length, word);
    return rc === 0 ? done : this.#context.failed(MPROTECT, rc, address, length);
  }

  /**
   * Throws the pages of [address, address + length), rounded up to pages, away: MADV_DONTNEED.
   *
   * - EINVAL: `address` not a multiple of 4 KiB, a range that wraps, or large pages.
   * - ENOMEM: a hole in the range; everything else of it was done.
   */
  dontNeed(address: bigint, length: bigint): Result<void, ErrorOf<'madvise'>> {
    const rc = this.#native.madvise(this.#handle, address, length, advice.DONTNEED);
    return rc === 0 ? done : this.#context.failed(MADVISE, rc, address, length);
  }

  /**
   * Moves a mapping to a fixed address, where everything is unmapped first: MREMAP_MAYMOVE and MREMAP_FIXED.
   * `newLength` is `length` unless told otherwise. Lengths are rounded up to pages.
   *
   * - EINVAL: not multiples of 4 KiB, no new length, overlapping ranges, or large pages.
   * - EFAULT: [from, from + length) is not within one mapping.
   * - ENOMEM: no memory, a range above the task size, or too many mappings.
   */
  mremap(options: MoveOptions): Result<void, ErrorOf<'mremap'>> {
    const { from, length, to, newLength = length } = checkNamed('mremap: options', options, MOVE_OPTIONS);
    const rc = this.#native.mremap(this.#handle, from, length, to, newLength);
    return rc === 0 ? done : this.#context.failed(MREMAP, rc, from, length, to, newLength);
  }

  /**
   * Eight bytes as the process reads them, big-endian; faults are resolved. `address` is rounded down to eight.
   *
   * - EFAULT: nothing mapped there, not readable, or no storage.
   */
  load(address: bigint): Result<bigint, ErrorOf<'load'>> {
    const answer = this.#native.hostLoad(this.#handle, address);
    return answer === undefined ? success(wordOf(this.#native)) : this.#context.failed(LOAD, answer, address);
  }

  /**
   * Eight bytes as the process writes them; `value` is from 0n to 2n ** 64n - 1n.
   *
   * - EFAULT: nothing mapped there, not writable, or no storage.
   */
  store(address: bigint, value: bigint): Result<void, ErrorOf<'store'>> {
    const rc = this.#native.store(this.#handle, address, value);
    return rc === 0 ? done : this.#context.failed(STORE, rc, address, value);
  }

  /**
   * Forks; the child exits at once and is waited for. What stays: private pages are write-protected.
   *
   * - ENOMEM: no memory for the child.
   */
  fork(): Result<void, ErrorOf<'fork'>> {
    const rc = this.#native.fork(this.#handle);
    return rc === 0 ? done : this.#context.failed(FORK, rc);
  }

  /**
   * The process ends: everything is unmapped. Its gmaps stay, empty of links, and can only be freed or asked.
   */
  exit(): void {
    this.#context.expectOk('exit', this.#native.exit(this.#handle));
  }

  // Inspection

  /** Its mappings, lowest first; the stack is among them. */
  mappings(): Mapping[] {
    return decodeMappings(mappingWords(this.#context, this.#handle));
  }

  /** As {@link Gmap.inspect}, for a host address: also which guests its segment is linked to. */
  inspect(address: bigint): HostView {
    return inspectHost(this, checkAddress('mm.inspect: address', address), radixItems);
  }

  /** As {@link Gmap.dump}, for the process. */
  dump(options: DumpOptions = {}): TableRange[] {
    return dumpRanges(storageOf(this.machine), this.asce, this.hasPgstes, options);
  }

  // What the kernel does on its own

  /**
   * Reclaim moves the page to the swap cache and takes it out of the process.
   *
   * - EFAULT: nothing mapped there, or no page.
   * - EINVAL: a zero page, or shared memory.
   */
  swapOut(address: bigint): Result<void, ErrorOf<'swap_out'>> {
    const rc = this.#native.swap_out(this.#handle, address);
    return rc === 0 ? done : this.#context.failed(SWAP_OUT, rc, address);
  }

  /** What reclaim's scan does to a private page: it is old afterwards; answers whether it was young. */
  clearYoung(address: bigint): boolean {
    const young = this.#native.clear_young(this.#handle, address);
    return young >= 0 ? young === 1 : this.#context.throwAnswer('clear_young', young, ['address'], [address]);
  }

  /** No transparent huge pages in this process from now on. Kernel: thp_split_mm. */
  thpSplit(): void {
    this.#context.expectOk('thp_split_mm', this.#native.thp_split_mm(this.#handle));
  }

  /** The CPU switches to this process. `cpu` is below the machine's option `cpus`. */
  attach(cpu: number): void {
    checkNumber('attach: cpu', cpu, 0, this.machine.cpus - 1);
    this.#context.expectOk('attach', this.#native.attach(this.#handle, cpu));
  }

  /** The CPU switches away, if it runs this process. */
  detach(cpu: number): void {
    checkNumber('detach: cpu', cpu, 0, this.machine.cpus - 1);
    this.#context.expectOk('detach', this.#native.detach(this.#handle, cpu));
  }

  /**
   * The hardware's translation of a host address through {@link asce}, without an access: nothing changes. With `store`
   * a protected page is a failure.
   */
  walk(address: bigint, options: { store?: boolean } = {}): Result<Translation, ProgramInterruption> {
    const store = checkFlag('mm.walk: store', checkObject('mm.walk: options', options).store, false);
    const walk = this.#native.walkHost(this.#handle, address, store ? 1 : 0);
    return typeof walk === 'number'
      ? this.#context.throwAnswer(HOST_WALK, walk, ['address'], [address])
      : translation(HOST_WALK, walk);
  }
  #describe(style: InspectStyle): string {
    const info = this.#native.mmInfo(this.#handle);
    if (typeof info === 'number') return `Mm mm${this.number} (exited)`;
    const { asce, asceLimit, allocPgste: pgstes } = info;
    const gmaps = this.gmaps().map(({ number }) => `g${number}`);
    const mappings = this.#native.mappingCount(this.#handle);
    return inspectObject(
      `Mm mm${this.number}`,
      { asce, asceLimit, mappings, pgstes, gmaps: gmaps.join(' ') || undefined },
      style,
    );
  }
}

// SPDX-License-Identifier: GPL-2.0-only
/** What a machine can be: the options of class Machine, and the words for them in the `machine` header of a trace. */
import { limits } from './generated/abi.js';
import type { KernelName } from './trace/kernel.js';

/** What a machine is like. What is left out, or undefined, has its default. */
export interface MachineOptions {
  /** The kernel that it behaves like: `6.12` and `linux-6.12` are the same. Default `linux-4.7`. */
  kernel?: KernelName;
  /**
   * A built code in the port's place: `mine`, or `6.1` for that of Debian's package. Its profile is the machine's kernel; a
   * `kernel` that is another one is an error. Default: the port.
   */
  code?: string;
  /** What the machine has; default all. */
  facilities?: {
    /** Enhanced suppression on protection: the write bit of PTEs can be trusted. */
    esop?: boolean;
    /** IDTE: TLB entries can be flushed by ASCE. */
    idte?: boolean;
    /** TLB entries can be flushed on one CPU only. */
    tlbLc?: boolean;
    /** Pages can be made not executable; kernels after 4.7 use it. */
    nx?: boolean;
  };
  /** How many CPUs it has, 1 to 32. Default 1. */
  cpus?: number;
  /**
   * Bytes of storage, kernel structures counted in: 2 MiB to 1 TiB, a multiple of 16 KiB. Default 256 MiB. The memory is
   * taken when it is used.
   */
  storageLimit?: number;
  /** Segments of 1 MiB that one call of mapSegment may map, from 0 on: ERR_GMAP_BUDGET above. Default 2^20. */
  maxSegments?: number;
  /** Pages that one call of ipteNotify or mprotectNotify may arm, from 0 on: ERR_GMAP_BUDGET above. Default 2^20. */
  maxPages?: number;
  /** Whether the kernel's VM_BUG_ON are live, as with CONFIG_DEBUG_VM. Default true. */
  debugVm?: boolean;
  /**
   * Whether the kernel survives changes of a list that make no sense, with a warning, as with CONFIG_DEBUG_LIST (and without
   * CONFIG_BUG_ON_DATA_CORRUPTION): unregistering a notifier that is not registered. Default false.
   */
  debugList?: boolean;
  /** Whether broken locking rules of the model are looked for. Default true. */
  checkLocks?: boolean;
  /** Whether the invariants are checked after every operation, which is slow. Default false. */
  checkAlways?: boolean;
}

export type Facility = keyof NonNullable<MachineOptions['facilities']>;

/** What the hardware has, by the word in traces. All machines have it if nobody says. */
export const facilityWords: Readonly<Record<'esop' | 'idte' | 'tlb_lc' | 'nx', Facility>> = {
  esop: 'esop',
  idte: 'idte',
  tlb_lc: 'tlbLc',
  nx: 'nx',
};

interface FlagOption {
  readonly option: 'debugVm' | 'debugList' | 'checkLocks' | 'checkAlways';
  readonly word: string | undefined;
  readonly byDefault: boolean;
}

/** Options that are yes or no; those without a word are not part of a trace. */
export const flagOptions: readonly FlagOption[] = [
  { option: 'debugVm', word: 'debug_vm', byDefault: true },
  { option: 'debugList', word: 'debug_list', byDefault: false },
  { option: 'checkLocks', word: undefined, byDefault: true },
  { option: 'checkAlways', word: undefined, byDefault: false },
];

interface NumberOption {
  readonly option: 'cpus' | 'storageLimit' | 'maxSegments' | 'maxPages';
  readonly word: string;
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
  readonly multiple: number;
}

/** Options that are numbers. A trace says those that were given. */
export const numberOptions: readonly NumberOption[] = [
  { option: 'cpus', word: 'cpus', byDefault: 1, min: 1, max: limits.MAX_CPUS, multiple: 1 },
  {
    option: 'storageLimit',
    word: 'storage',
    byDefault: limits.DEFAULT_STORAGE,
    min: limits.MIN_STORAGE,
    max: limits.MAX_STORAGE,
    multiple: 2 ** 14,
  },
  {
    option: 'maxSegments',
    word: 'max_segments',
    byDefault: limits.DEFAULT_MAX_SEGMENTS,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    multiple: 1,
  },
  {
    option: 'maxPages',
    word: 'max_pages',
    byDefault: limits.DEFAULT_MAX_PAGES,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    multiple: 1,
  },
];

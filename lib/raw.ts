// SPDX-License-Identifier: GPL-2.0-only
/**
 * `s390-gmap/raw`: the functions under their kernel names and with kernel conventions, for porting kernel tests.
 *
 * Addresses, lengths and words are bigints, counts and flags numbers. A function that returns int answers 0, a count or
 * a negative errno as a number; one that returns unsigned long answers a bigint, which for an error is an error-valued
 * word such as 0xfffffffffffffff2n; NULL is null. `struct mm *` is an {@link Mm}, `struct gmap *` a {@link Gmap},
 * `struct gmap_notifier *` an {@link IpteNotifier}. Functions that have none of them as first argument get the machine.
 *
 * A function whose callers must hold a lock is called with it held, as its comment says.
 *
 * A BUG is thrown, as a {@link KernelError} with the code BUG; wrong arguments, closed objects, dead machines and
 * limits are thrown as the classes throw them.
 *
 * @module s390-gmap/raw
 */

import { checkAddress, checkNumber, checkWord, wrongType } from './arguments.js';
import { type Brand, type Branded, checkOurs } from './brands.js';
import {
  type ArgForm,
  type InjectKind,
  injectKinds,
  type OperationName,
  operations,
  outcome,
  type ResultKind,
} from './generated/abi.js';
import { contextOfGmap, type Gmap, handleOfGmap } from './machine/gmap.js';
import { contextOfMachine, type Machine } from './machine/machine.js';
import { contextOfMm, handleOfMm, type Mm } from './machine/mm.js';
import { type IpteNotifier, targetOfNotifier } from './machine/notifier.js';
import { KernelError } from './machine/result.js';
import { type Handle, type Native, type WordAnswer, wordOf } from './native/binding.js';
import type { Context } from './native/context.js';

type Operation = (typeof operations)[number];
type OperationNamed<Name extends OperationName> = Extract<Operation, { name: Name }>;

interface ArgumentTypes {
  MM: Mm;
  GMAP: Gmap;
  NOTIFIER: IpteNotifier;
  HEX: bigint;
  DEC: number;
  OPT: bigint | undefined;
  INJECT: InjectKind;
  NULL: null;
  REST: never;
}

interface ResultTypes {
  VOID: undefined;
  RC: number;
  COUNT: number;
  WORD: bigint;
  HANDLE_MM: Mm | null;
  HANDLE_GMAP: Gmap | null;
  HANDLE_SHADOW: Gmap | number;
  LIST_GMAP: Gmap[];
}

type Row = Operation['args'][number];
type Required<Args extends readonly Row[]> = { -readonly [I in keyof Args]: ArgumentTypes[Args[I]['form']] };
type Arguments<Args extends Operation['args']> = Args extends readonly [
  ...infer Head extends readonly Row[],
  { form: 'OPT' },
]
  ? [...Required<Head>, bigint?]
  : Required<Args>;
type WithMachine<Args extends Operation['args']> = Args extends readonly [
  { form: 'MM' | 'GMAP' | 'NOTIFIER' },
  ...unknown[],
]
  ? Arguments<Args>
  : [machine: Machine, ...Arguments<Args>];

/** A function of the kernel, as its row in ops.def has it. */
export type RawFunction<Name extends OperationName> = (
  ...args: WithMachine<OperationNamed<Name>['args']>
) => ResultTypes[OperationNamed<Name>['result']];

/** How a kind of first argument is taken: native code's name of it, and what it shares with its machine. */
interface Target {
  readonly handleOf: (name: string, value: unknown) => Handle;
  readonly contextOf: (value: unknown) => Context;
}

function target<Name extends Brand>(
  brand: Name,
  handleOf: (value: Branded<Name>) => Handle,
  contextOf: (value: Branded<Name>) => Context,
): Target {
  return {
    handleOf: (name, value) => {
      try {
        // Of what is not ours there are no private fields: to ask first would cost more.
        return handleOf(value as Branded<Name>);
      } catch (error) {
        checkOurs(`${name}: the first argument`, value, brand);
        throw error;
      }
    },
    contextOf: contextOf as Target['contextOf'],
  };
}

const targets = {
  MACHINE: target('Machine', (machine) => contextOfMachine(machine).handle, contextOfMachine),
  MM: target('Mm', handleOfMm, contextOfMm),
  GMAP: target('Gmap', handleOfGmap, contextOfGmap),
  NOTIFIER: target(
    'IpteNotifier',
    (notifier) => targetOfNotifier(notifier).context.handle,
    (notifier) => targetOfNotifier(notifier).context,
  ),
} as const;

/** What native code takes for an argument; throws what is wrong with it. */
function convert(name: string, form: ArgForm, value: unknown): bigint | number | undefined {
  switch (form) {
    case 'OPT':
      return value === undefined ? undefined : checkAddress(name, value);
    case 'HEX':
      return checkAddress(name, value);
    case 'DEC':
      return checkNumber(name, value, 0, Number.MAX_SAFE_INTEGER);
    case 'INJECT':
      return checkWord(name, value, injectKinds);
    default:
      if (value !== null) throw wrongType(name, 'null', value);
      return 0;
  }
}

/** What answers are that are no words. */
const results: Readonly<Record<ResultKind, (context: Context, answer: number) => unknown>> = {
  VOID: () => undefined,
  RC: (_, answer) => answer,
  COUNT: (_, answer) => answer,
  // an error
  WORD: (_, answer) => BigInt.asUintN(64, BigInt(answer)),
  HANDLE_MM: (context, answer) => (answer === 0 ? null : context.mmOf(answer)),
  HANDLE_GMAP: (context, answer) => (answer === 0 ? null : context.gmapOf(answer)),
  HANDLE_SHADOW: (context, answer) => (answer < 0 ? answer : context.gmapOf(answer)),
  LIST_GMAP: (_, answer) => answer,
};

type AnyNative = (...args: readonly unknown[]) => WordAnswer;
type AnyFunction = (target: unknown, ...values: unknown[]) => unknown;

/**
 * A function with as many arguments as the kernel's, so that a call makes no list of them. Native code looks at them itself:
 * what is wrong with one is only found out when it refuses it.
 */
function raw<Name extends OperationName>(name: Name): RawFunction<Name> {
  const row = operations.find((operation) => operation.name === name);
  if (!row) throw new Error(`ops.def has no ${name}`);
  const [first, ...rest]: readonly Row[] = row.args;
  const kind = first?.form === 'MM' || first?.form === 'GMAP' || first?.form === 'NOTIFIER' ? first.form : 'MACHINE';
  const args: readonly Row[] = kind === 'MACHINE' ? row.args : rest;
  const { handleOf, contextOf } = targets[kind];
  const resultOf = results[row.result];
  const isNumber = row.result === 'RC' || row.result === 'COUNT';

  // Most programs have one addon: its function is looked up once.
  let addon: Native | undefined;
  let known: AnyNative;
  const callIn = ({ native }: Context): AnyNative => {
    if (native === addon) return known;
    addon = native;
    known = native[name] as AnyNative;
    return known;
  };
  const converted = (values: readonly unknown[]) =>
    args.map((arg, i) => convert(`${name}: ${arg.name}`, arg.form, values[i]));
  const failed = (context: Context, answer: number, values: readonly unknown[]): never => {
    if (answer === outcome.BUG) throw new KernelError(context.bug(name));
    if (answer <= outcome.ARGUMENT) converted(values);
    return context.throwAnswer(name, answer);
  };
  const end = (
    context: Context,
    answer: WordAnswer,
    a?: unknown,
    b?: unknown,
    c?: unknown,
    d?: unknown,
    e?: unknown,
  ) => {
    if (answer === undefined) return wordOf(context.native);
    if (answer <= outcome.BUG) return failed(context, answer, [a, b, c, d, e]);
    return isNumber ? answer : resultOf(context, answer);
  };

  // What is wrong with the object is said before anything is asked of it.
  const ofArity: readonly AnyFunction[] = [
    (o) => {
      const handle = handleOf(name, o);
      const context = contextOf(o);
      return end(context, callIn(context)(handle));
    },
    (o, a) => {
      const handle = handleOf(name, o);
      const context = contextOf(o);
      return end(context, callIn(context)(handle, a), a);
    },
    (o, a, b) => {
      const handle = handleOf(name, o);
      const context = contextOf(o);
      return end(context, callIn(context)(handle, a, b), a, b);
    },
    (o, a, b, c) => {
      const handle = handleOf(name, o);
      const context = contextOf(o);
      return end(context, callIn(context)(handle, a, b, c), a, b, c);
    },
    (o, a, b, c, d) => {
      const handle = handleOf(name, o);
      const context = contextOf(o);
      return end(context, callIn(context)(handle, a, b, c, d), a, b, c, d);
    },
    (o, a, b, c, d, e) => {
      const handle = handleOf(name, o);
      const context = contextOf(o);
      return end(context, callIn(context)(handle, a, b, c, d, e), a, b, c, d, e);
    },
  ];
  const onNotifier: AnyFunction = (o) => {
    const handle = handleOf(name, o);
    const context = contextOf(o);
    return end(context, callIn(context)(handle, (o as IpteNotifier).number));
  };
  const withConversion: AnyFunction = (o, ...values) => {
    const handle = handleOf(name, o);
    const context = contextOf(o);
    // biome-ignore lint/plugin: the arguments of an operation
    return end(context, callIn(context)(handle, ...converted(values)));
  };
  const isConverted = args.some(({ form }) => form === 'INJECT' || form === 'NULL');
  const made = kind === 'NOTIFIER' ? onNotifier : isConverted ? withConversion : ofArity[args.length];
  if (!made) throw new Error(`${name} has too many arguments`);
  return made as RawFunction<Name>;
}

// Guest address spaces

/** NULL: no memory. `limit`: highest guest address wanted. */
export const gmap_alloc: RawFunction<'gmap_alloc'> = raw('gmap_alloc');

/** The object is closed afterwards. */
export const gmap_free: RawFunction<'gmap_free'> = raw('gmap_free');

/** The next guest entry on the current CPU uses this gmap: lowcore names it. */
export const gmap_enable: RawFunction<'gmap_enable'> = raw('gmap_enable');

/** Its argument is not looked at. */
export const gmap_disable: RawFunction<'gmap_disable'> = raw('gmap_disable');

/** 0, -EINVAL or -ENOMEM. */
export const gmap_map_segment: RawFunction<'gmap_map_segment'> = raw('gmap_map_segment');

/** 0 or -EINVAL. */
export const gmap_unmap_segment: RawFunction<'gmap_unmap_segment'> = raw('gmap_unmap_segment');

/** The host address, or -EFAULT as a word: 0xfffffffffffffff2n. */
export const gmap_translate: RawFunction<'gmap_translate'> = raw('gmap_translate');

/** The same; the kernel's callers hold mmap_sem. */
export const __gmap_translate: RawFunction<'__gmap_translate'> = raw('__gmap_translate');

/** In place of the entry its address is given: the entry is found by a walk, -ENOENT as a word if a table is missing. */
export const __gmap_segment_gaddr: RawFunction<'__gmap_segment_gaddr'> = raw('__gmap_segment_gaddr');

/** 1 if a flush is owed. Called with mmap_sem held for writing. */
export const __gmap_unlink_by_vmaddr: RawFunction<'__gmap_unlink_by_vmaddr'> = raw('__gmap_unlink_by_vmaddr');

/** 1 if a flush is owed. Called with mmap_sem held for writing. */
export const __gmap_unmap_by_gaddr: RawFunction<'__gmap_unmap_by_gaddr'> = raw('__gmap_unmap_by_gaddr');

/** The second argument is the page table, which is not looked at. Called with mmap_sem held for writing. */
export const gmap_unlink: RawFunction<'gmap_unlink'> = raw('gmap_unlink');

/** 0, -ENOMEM, -EFAULT or -EEXIST. Called with mmap_sem held. */
export const __gmap_link: RawFunction<'__gmap_link'> = raw('__gmap_link');

/** 0, -EFAULT, -ENOMEM or -EEXIST. `flags`: 1n (FAULT_FLAG_WRITE) or 0n. */
export const gmap_fault: RawFunction<'gmap_fault'> = raw('gmap_fault');

/** Throws the pages of guest [from, to) away. See {@link Gmap.discard} for where that is a BUG. */
export const gmap_discard: RawFunction<'gmap_discard'> = raw('gmap_discard');

/** Called with mmap_sem held. */
export const __gmap_zap: RawFunction<'__gmap_zap'> = raw('__gmap_zap');

// Notifiers

/** The block is an {@link IpteNotifier}, made with its callback by `machine.createNotifier`. */
export const gmap_register_ipte_notifier: RawFunction<'gmap_register_ipte_notifier'> =
  raw('gmap_register_ipte_notifier');

/** 0 in 4.7 also the second time. A block that was never registered is a BUG. */
export const gmap_unregister_ipte_notifier: RawFunction<'gmap_unregister_ipte_notifier'> = raw(
  'gmap_unregister_ipte_notifier',
);

/** 0, -EINVAL, -EFAULT, -ENOMEM or -EEXIST. */
export const gmap_ipte_notify: RawFunction<'gmap_ipte_notify'> = raw('gmap_ipte_notify');

/**
 * The PTE is found by a walk, and called with its lock held. Throws ERR_GMAP_NO_PAGE_TABLE without one. Kernels after
 * 4.7 have a third argument, bits of the PGSTE; left out they are all set.
 */
export const ptep_notify: RawFunction<'ptep_notify'> = raw('ptep_notify');

// What kernels after 4.7 have, some of it in place of functions above; a function that the machine's kernel does not have
// throws ERR_GMAP_UNSUPPORTED.

/** NULL: no memory. `limit`: highest guest address wanted. */
export const gmap_create: RawFunction<'gmap_create'> = raw('gmap_create');

/** The object is closed if that was the last reference. */
export const gmap_remove: RawFunction<'gmap_remove'> = raw('gmap_remove');

/** One more reference. */
export const gmap_get: RawFunction<'gmap_get'> = raw('gmap_get');

/** The object is closed if that was the last reference. */
export const gmap_put: RawFunction<'gmap_put'> = raw('gmap_put');

/** As {@link gmap_register_ipte_notifier}, after 4.7. */
export const gmap_register_pte_notifier: RawFunction<'gmap_register_pte_notifier'> = raw('gmap_register_pte_notifier');

/** A block that is not registered is a BUG. */
export const gmap_unregister_pte_notifier: RawFunction<'gmap_unregister_pte_notifier'> =
  raw('gmap_unregister_pte_notifier');

/** 0, -EINVAL, -EFAULT, -ENOMEM or -EEXIST. `prot`: 0n none, 1n read, 2n write. */
export const gmap_mprotect_notify: RawFunction<'gmap_mprotect_notify'> = raw('gmap_mprotect_notify');

/** 0 or 1. The PTE is found by a walk; 0 without a page table. Called with its lock held. */
export const ptep_test_and_clear_uc: RawFunction<'ptep_test_and_clear_uc'> = raw('ptep_test_and_clear_uc');

/** 0: left alone, 1: set, or -EFAULT. `nq`, `mr`, `mc`: 0 or 1. Called with mmap_sem held, and nowhere to put the old key. */
export const cond_set_guest_storage_key: RawFunction<'cond_set_guest_storage_key'> = raw('cond_set_guest_storage_key');

/** 0 to 3, or -EFAULT. Called with mmap_sem held. */
export const reset_guest_reference_bit: RawFunction<'reset_guest_reference_bit'> = raw('reset_guest_reference_bit');

// Shadow gmaps, which a machine has that runs a built code of such a kernel; on the port these throw ERR_GMAP_NEEDS_CODE.

/** A shadow, one more reference to it if it was there before; or -EAGAIN, -ENOMEM, -EFAULT or -EEXIST. */
export const gmap_shadow: RawFunction<'gmap_shadow'> = raw('gmap_shadow');

/** 0 or 1. */
export const gmap_shadow_valid: RawFunction<'gmap_shadow_valid'> = raw('gmap_shadow_valid');

/** 0, -EAGAIN, -ENOMEM, -EFAULT or -EEXIST. Called with mmap_lock held. */
export const gmap_shadow_r2t: RawFunction<'gmap_shadow_r2t'> = raw('gmap_shadow_r2t');

/** 0, -EAGAIN, -ENOMEM, -EFAULT or -EEXIST. Called with mmap_lock held. */
export const gmap_shadow_r3t: RawFunction<'gmap_shadow_r3t'> = raw('gmap_shadow_r3t');

/** 0, -EAGAIN, -ENOMEM, -EFAULT or -EEXIST. Called with mmap_lock held. */
export const gmap_shadow_sgt: RawFunction<'gmap_shadow_sgt'> = raw('gmap_shadow_sgt');

/** 0, -EAGAIN, -ENOMEM, -EFAULT or -EEXIST. Called with mmap_lock held. */
export const gmap_shadow_pgt: RawFunction<'gmap_shadow_pgt'> = raw('gmap_shadow_pgt');

/** Where the page table's source lies, with 0x200 if it is protected and 1 if it is no table; -EAGAIN as a word. */
export const gmap_shadow_pgt_lookup: RawFunction<'gmap_shadow_pgt_lookup'> = raw('gmap_shadow_pgt_lookup');

/** 0, -EAGAIN, -ENOMEM, -EFAULT or -EEXIST. Called with mmap_lock held. */
export const gmap_shadow_page: RawFunction<'gmap_shadow_page'> = raw('gmap_shadow_page');

/** Eight bytes of the guest, or -EINVAL, -EFAULT, -ENOMEM or -EEXIST as a word. Called with mmap_lock held. */
export const gmap_read_table: RawFunction<'gmap_read_table'> = raw('gmap_read_table');

// Processes that run guests

/** 0 or -EINVAL. */
export const s390_enable_sie: RawFunction<'s390_enable_sie'> = raw('s390_enable_sie');

/** 0; in 6.12 also -ENOMEM. */
export const s390_enable_skey: RawFunction<'s390_enable_skey'> = raw('s390_enable_skey');

/** Every page is "stable" again. Page tables without PGSTEs are a BUG. */
export const s390_reset_cmma: RawFunction<'s390_reset_cmma'> = raw('s390_reset_cmma');

/** Called with mmap_sem held for writing. */
export const thp_split_mm: RawFunction<'thp_split_mm'> = raw('thp_split_mm');

/** 0 or -EFAULT. `nq`: 1 for a non-quiescing operation. */
export const set_guest_storage_key: RawFunction<'set_guest_storage_key'> = raw('set_guest_storage_key');

/** 0n to 0xffn, or -EFAULT as a word. */
export const get_guest_storage_key: RawFunction<'get_guest_storage_key'> = raw('get_guest_storage_key');

/** 0 or 1. */
export const test_and_clear_guest_dirty: RawFunction<'test_and_clear_guest_dirty'> = raw('test_and_clear_guest_dirty');

// The process around it

/** 0, -EINVAL or -ENOMEM. Fixed and anonymous; `prot`: 1n read, 2n write, 4n execute; `flags`: 1 shared, 2 MAP_NORESERVE. */
export const mmap: RawFunction<'mmap'> = raw('mmap');

/** The same in private large pages. */
export const mmap_huge: RawFunction<'mmap_huge'> = raw('mmap_huge');

/** 0, -EINVAL or -ENOMEM. */
export const munmap: RawFunction<'munmap'> = raw('munmap');

/** 0, -EINVAL or -ENOMEM. */
export const mprotect: RawFunction<'mprotect'> = raw('mprotect');

/** 0, -EINVAL or -ENOMEM. `advice`: 4 is MADV_DONTNEED, the only one. */
export const madvise: RawFunction<'madvise'> = raw('madvise');

/** 0, -EINVAL, -ENOMEM or -EFAULT. MREMAP_MAYMOVE and MREMAP_FIXED. */
export const mremap: RawFunction<'mremap'> = raw('mremap');

/** The value, or -EFAULT as a word: a stored value that looks the same cannot be told apart, see {@link Mm.load}. */
export const load: RawFunction<'load'> = raw('load');

/** 0 or -EFAULT. */
export const store: RawFunction<'store'> = raw('store');

/** 0 or -ENOMEM; the child exits at once. */
export const fork: RawFunction<'fork'> = raw('fork');

/** 0, -EFAULT or -EINVAL. */
export const swap_out: RawFunction<'swap_out'> = raw('swap_out');

/** 0 or 1. */
export const clear_young: RawFunction<'clear_young'> = raw('clear_young');

/** `usage`: 0 stable, 1 unused, 2 potentially volatile, 3 volatile. */
export const essa_set_usage: RawFunction<'essa_set_usage'> = raw('essa_set_usage');

/** `zero`: 0 or 1. */
export const essa_set_zero: RawFunction<'essa_set_zero'> = raw('essa_set_zero');

/** The process ends: everything is unmapped. Its gmaps stay, empty of links. */
export const exit: RawFunction<'exit'> = raw('exit');

/** The gmaps of a process, newest first. */
export function gmaps(mm: Mm): Gmap[] {
  return checkOurs('gmaps: the first argument', mm, 'Mm').gmaps();
}

/** NULL: no memory. */
export const exec: RawFunction<'exec'> = raw('exec');

/** The CPU switches to this process. `cpu` is below the machine's option `cpus`. */
export const attach: RawFunction<'attach'> = raw('attach');

/** The CPU switches away, if it runs this process. */
export const detach: RawFunction<'detach'> = raw('detach');

/** Which CPU makes the calls that follow, below the machine's option `cpus`. */
export const set_cpu: RawFunction<'set_cpu'> = raw('set_cpu');

/** 0, or -EINVAL for a value above 1. */
export const sysctl_allocate_pgste: RawFunction<'sysctl_allocate_pgste'> = raw('sysctl_allocate_pgste');

/** See {@link Machine.inject}. */
export const inject: RawFunction<'inject'> = raw('inject');

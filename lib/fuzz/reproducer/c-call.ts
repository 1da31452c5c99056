// SPDX-License-Identifier: GPL-2.0-only
/** How a C program makes a call of a trace. */
import { type ArgForm, type ArgKind, injectKinds, type OperationName } from '../../generated/abi.js';
import { operationOf } from '../../trace/operations.js';
import type { TraceCall } from '../../trace/types.js';
import { hex } from '../../trace/words.js';
import { nameOf } from './steps.js';

/**
 * Operations that are nothing but the call of a C function. Around those that are not here something is locked, looked
 * up or given a handle.
 */
const functions: Partial<Record<OperationName, string>> = {
  gmap_enable: 'gmap_enable',
  gmap_disable: 'gmap_disable',
  gmap_get: 'gmap_get',
  gmap_map_segment: 'gmap_map_segment',
  gmap_unmap_segment: 'gmap_unmap_segment',
  gmap_translate: 'gmap_translate',
  gmap_fault: 'gmap_fault',
  gmap_discard: 'gmap_discard',
  gmap_ipte_notify: 'gmap_ipte_notify',
  gmap_mprotect_notify: 'gmap_mprotect_notify',
  s390_enable_sie: 's390_enable_sie',
  s390_enable_skey: 's390_enable_skey',
  s390_reset_cmma: 's390_reset_cmma',
  set_guest_storage_key: 'set_guest_storage_key',
  get_guest_storage_key: 'get_guest_storage_key',
  cond_set_guest_storage_key: 'cond_set_guest_storage_key',
  reset_guest_reference_bit: 'reset_guest_reference_bit',
  test_and_clear_guest_dirty: 'test_and_clear_guest_dirty',
  essa_set_usage: 'essa_set_usage',
  essa_set_zero: 'essa_set_zero',
  mmap: 'sys_mmap',
  munmap: 'sys_munmap',
  mprotect: 'sys_mprotect',
  madvise: 'sys_madvise',
  mremap: 'sys_mremap',
  fork: 'sys_fork',
  store: 'user_store',
  swap_out: 'swap_out',
  clear_young: 'clear_young',
};

/** Whether the call is made through the interpreter. */
export function isOperation(call: TraceCall): boolean {
  return call.name !== 'mmap_huge' && functions[call.name] === undefined;
}

/** `gmap_fault(m, g0, 0x1000, FAULT_FLAG_WRITE)`, or `OPERATION(gmap_unlink, mm0->handle, 0, 0x10000000000)`. */
export function printCCall(call: TraceCall): string {
  if (call.name === 'mmap_huge') return `sys_mmap(${['m', ...printArguments(call), 'VM_HUGETLB'].join(', ')})`;
  const name = functions[call.name];
  if (name !== undefined) return `${name}(${['m', ...printArguments(call)].join(', ')})`;
  const words = operationOf(call).args.map(({ form }, i) => printWord(form, call.args[i]));
  return `OPERATION(${[call.name, ...(words.length === 0 ? ['0'] : words)].join(', ')})`;
}

function printArguments(call: TraceCall): string[] {
  return operationOf(call).args.map(({ kind, form }, i) => {
    const arg = call.args[i] ?? 0n;
    return nameOf(form, arg) ?? printValue(kind, arg);
  });
}

const PROTECTIONS = ['0', 'PROT_READ', 'PROT_WRITE', 'PROT_READ | PROT_WRITE'];

/** Bits 1 and 2 of the operation's argument; sys_mmap takes flags of a VMA. */
function printMapFlags(arg: bigint): string {
  return ['VM_SHARED', 'VM_NORESERVE'].filter((_, bit) => (arg >> BigInt(bit)) & 1n).join(' | ') || '0';
}

/** As the function that takes an argument of that kind would have it. */
function printValue(kind: ArgKind, arg: bigint): string {
  switch (kind) {
    case 'MAP_FLAGS':
      return printMapFlags(arg);
    case 'FAULT_FLAGS':
      return arg === 1n ? 'FAULT_FLAG_WRITE' : hex(BigInt.asUintN(32, arg));
    case 'PROTECTION':
    case 'NOTIFY_PROTECTION':
      return PROTECTIONS[Number(arg)] ?? hex(arg);
    case 'ADVICE':
      return arg === 4n ? 'MADV_DONTNEED' : `${arg}`;
    case 'FLAG':
      return arg === 0n ? 'false' : 'true';
    default:
      return hex(arg);
  }
}

/** As programs have it: handles are numbers. */
function printWord(form: ArgForm, arg: bigint | undefined): string {
  if (arg === undefined) return 'WIRE_NO_ARGUMENT';
  if (form === 'INJECT') return `INJECT_${injectKinds[Number(arg)]}`;
  if (form === 'MM' || form === 'GMAP') return `${nameOf(form, arg)}->handle`;
  return form === 'HEX' || form === 'OPT' ? hex(arg) : `${arg}`;
}

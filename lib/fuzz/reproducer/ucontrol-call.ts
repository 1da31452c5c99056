// SPDX-License-Identifier: GPL-2.0-only
/** What a ucontrol VM and its process can do of what programs do, and how. */
import type { TraceCall } from '../../trace/types.js';
import { hex } from '../../trace/words.js';

/**
 * Where a process maps nothing on its own: above programs at fixed addresses and their heaps, below others, two thirds up
 * to the stack; and above the stack.
 */
const FREE_RANGES = [
  [1n << 32n, 0x2a000000000n],
  [1n << 42n, 1n << 53n],
] as const;

/** The lowest limit of a gmap of five levels. */
const FIVE_LEVELS = 1n << 53n;
const PROT_ALL = 7n;
const MADV_DONTNEED = 4n;
const PAGE = 0x1000n;

/** Why a VCPU or its process cannot make the call; nothing if they can. `hasPgste`: s390_enable_sie was called. */
export function reasonAgainst(call: TraceCall, hasPgste: boolean): string | undefined {
  const [, first = 0n, second = 0n, third = 0n, fourth = 0n] = call.args;
  switch (call.name) {
    case 's390_enable_sie':
    case 'gmap_free':
    case 'gmap_remove':
    case 'gmap_map_segment':
    case 'gmap_unmap_segment':
    case 'fork':
      return undefined;
    case 'gmap_alloc':
    case 'gmap_create':
      return againstVcpu(call, first, hasPgste);
    case 'gmap_fault':
      return BigInt.asUintN(32, second) === 0n ? undefined : 'KVM_S390_VCPU_FAULT has no flags';
    case 'mmap':
    case 'mprotect':
      return third > PROT_ALL ? 'no such protection' : againstRange(first, second);
    case 'madvise':
      return third === MADV_DONTNEED ? againstRange(first, second) : 'the model knows MADV_DONTNEED only';
    case 'munmap':
      return againstRange(first, second);
    case 'mremap':
      return againstRange(first, second) ?? againstRange(third, fourth);
    case 'load':
    case 'store':
      return againstRange(first, 8n);
    default:
      return 'no ioctl of a ucontrol VM and no system call does only that';
  }
}

function againstVcpu(call: TraceCall, limit: bigint, hasPgste: boolean): string | undefined {
  if (!hasPgste) return 'making a VM calls s390_enable_sie first';
  if (limit < FIVE_LEVELS) return 'the gmap of a VCPU has five levels: limit 0xffffffffffffffff';
  return call.result?.kind === 'null' ? 'no allocation can be made to fail' : undefined;
}

/** Elsewhere the call could hit what the process itself lives in. */
function againstRange(address: bigint, length: bigint): string | undefined {
  const end = address + ((length + PAGE - 1n) & ~(PAGE - 1n));
  const isFree = FREE_RANGES.some(([low, high]) => address >= low && end <= high);
  return isFree ? undefined : 'the process may have something of its own there';
}

/** An expression for what the call answers: a number, or a negative errno. */
export function printUcontrolCall(call: TraceCall): string {
  const [first = 0n, ...rest] = call.args;
  const guest = `g${first}`;
  const words = rest.map((arg) => `${hex(arg)}UL`);
  const [a = '', b = '', c = '', d = ''] = words;
  switch (call.name) {
    case 's390_enable_sie':
      return 'answer(ioctl(kvm, KVM_S390_ENABLE_SIE, 0))';
    case 'gmap_map_segment':
      return `ucas_map(${guest}, ${words.join(', ')})`;
    case 'gmap_unmap_segment':
      return `ucas_unmap(${guest}, ${words.join(', ')})`;
    case 'gmap_fault':
      return `answer(ioctl(${guest}.vcpu, KVM_S390_VCPU_FAULT, ${a}))`;
    case 'mmap':
      return `map(${a}, ${b}, ${printProtection(rest[2])}, ${printMapFlags(rest[3])})`;
    case 'munmap':
      return `answer(munmap((void *)${a}, ${b}))`;
    case 'mprotect':
      return `answer(mprotect((void *)${a}, ${b}, ${printProtection(rest[2])}))`;
    case 'madvise':
      return `answer(madvise((void *)${a}, ${b}, MADV_DONTNEED))`;
    case 'mremap':
      return `move(${a}, ${b}, ${c}, ${d})`;
    case 'fork':
      return 'fork_child()';
    default:
      return `${call.name}(${words.join(', ')})`;
  }
}

function printMapFlags(bits = 0n): string {
  return `${bits & 1n ? 'MAP_SHARED' : 'MAP_PRIVATE'}${bits & 2n ? ' | MAP_NORESERVE' : ''}`;
}

function printProtection(bits = 0n): string {
  const names = ['PROT_READ', 'PROT_WRITE', 'PROT_EXEC'].filter((_, bit) => (bits >> BigInt(bit)) & 1n);
  return names.join(' | ') || 'PROT_NONE';
}

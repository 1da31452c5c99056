// SPDX-License-Identifier: GPL-2.0-only
/**
 * Who holds a lock of the kernel. On s390x a spinlock that is held has the number of the CPU, and one more (Linux,
 * arch/s390/lib/spinlock.c); a semaphore knows the task that took it last.
 */
import { hex } from '../../trace/words.js';
import { visible } from '../../visible.js';
import type { KernelMemory } from './kernel-memory.js';
import { lowcoreWord } from './tasks.js';

const SPINLOCK_CPU = 0xffffn;
/** Of a semaphore's count: its writer, and above these bits its readers. */
const WRITER = 1n;
const READER_SHIFT = 8n;
const READERS = (1n << 55n) - 1n;
/** Of its owner: what is no part of the task's address. */
const OWNER_FLAGS = 7n;
/** A CPU's number is half a word. */
const HALF = 32n;

export class Locks {
  readonly #memory: KernelMemory;
  readonly #lowcores: readonly bigint[];

  constructor(memory: KernelMemory, lowcores: readonly bigint[]) {
    this.#memory = memory;
    this.#lowcores = lowcores;
  }

  /** ` by CPU 0, which runs pid 127 (qemu)`; undefined: nobody has it. */
  spinlock(struct: string, address: bigint, member: string): string | undefined {
    const word = this.#memory.get(struct, address, spinlockIn(member));
    const cpu = word & SPINLOCK_CPU;
    if (word === 0n) return undefined;
    return cpu === 0n ? ' by nobody any more, but CPUs wait for it' : ` by ${this.#cpu(cpu - 1n)}`;
  }

  /** ` for writing by pid 127 (qemu) on CPU 0`; undefined: nobody has it. */
  semaphore(struct: string, address: bigint, member: string): string | undefined {
    const count = this.#memory.get(struct, address, `${member}.count.counter`);
    const task = this.#memory.get(struct, address, `${member}.owner.counter`) & ~OWNER_FLAGS;
    if (count === 0n) return undefined;
    if (count & WRITER) return ` for writing${task === 0n ? '' : ` by ${this.#task(task)}`}`;
    const readers = (count >> READER_SHIFT) & READERS;
    if (readers === 0n) return ' by nobody any more, but tasks wait for it';
    return ` for reading by ${readers} ${readers === 1n ? 'task' : 'tasks'}${task === 0n ? '' : `, at last ${this.#task(task)}`}`;
  }

  #cpu(number: bigint): string {
    const lowcore = this.#lowcores.find((one) => lowcoreWord(this.#memory, one, 'cpu_nr') >> HALF === number);
    if (lowcore === undefined) return `CPU ${number}, of which the dump has nothing`;
    return `CPU ${number}, which runs ${this.#name(lowcoreWord(this.#memory, lowcore, 'current_task'))}`;
  }

  #task(task: bigint): string {
    if (!this.#isThere(task)) return this.#name(task);
    const cpu = this.#memory.get('task_struct', task, 'thread_info.cpu|cpu');
    const runs = this.#memory.get('task_struct', task, 'on_cpu') !== 0n;
    return `${this.#name(task)}${runs ? ` on CPU ${cpu}` : `, which does not run`}`;
  }

  /** A pointer that is damaged leads anywhere. */
  #isThere(task: bigint): boolean {
    const members = ['pid', 'comm', 'on_cpu', 'thread_info.cpu|cpu'];
    return members.every((member) => this.#memory.has(this.#memory.at('task_struct', task, member)));
  }

  #name(task: bigint): string {
    const memory = this.#memory;
    if (!this.#isThere(task)) return `what is no task, at ${hex(task)}`;
    return `pid ${memory.get('task_struct', task, 'pid')} (${visible(memory.text('task_struct', task, 'comm'))})`;
  }
}

/** Of a realtime kernel the second. */
export const spinlockIn = (member: string): string => `${member}.rlock.raw_lock.lock|${member}.raw_lock.lock`;

// SPDX-License-Identifier: GPL-2.0-only
/** A problem says which locks are held, by which task on which CPU: words of the locks of a sound dump are changed. */
import { describe, expect, it } from 'vitest';
import { lowcoreWord } from '../../lib/dump/kernel/tasks.js';
import {
  at,
  descriptor,
  g0,
  g1,
  HOST,
  hostEntryAt,
  memory,
  pgsteAt,
  problemsWith,
  pteAt,
  segmentEntry,
  sound,
  withHalf,
  wordAt,
} from './damaged.js';

const { mm, task, pid, comm } = g0.process;
const count = at('mm_struct', mm, 'mmap_lock.count.counter');
const owner = at('mm_struct', mm, 'mmap_lock.owner.counter');
const guestTableLock = at('gmap', g1.address, 'guest_table_lock.rlock.raw_lock.lock');
const pageTable = wordAt(hostEntryAt(HOST));
const pageTableLock = at('ptdesc', descriptor(pageTable), 'ptl.rlock.raw_lock.lock');
/** A problem that is no page's: a segment entry with PROTECT. */
const wrongSegment = [segmentEntry(g0, HOST), wordAt(segmentEntry(g0, HOST)) | 0x200n] as const;
const lockedPgste = [pgsteAt(HOST), wordAt(pgsteAt(HOST)) | 0x80_0000_0000_0000n] as const;
/** A PTE that is 0, of another page table. */
const wrongPte = [pteAt(HOST + 0x100000n), 0n] as const;
const running = lowcoreWord(memory, sound.lowcores[0] as bigint, 'current_task');
const runningText = `pid ${memory.get('task_struct', running, 'pid')} (${memory.text('task_struct', running, 'comm')})`;

const heldWith = (...words: readonly (readonly [absolute: bigint, word: bigint])[]) =>
  problemsWith(...words).map(({ rule, held }) => [rule, held]);
const NOT_RUNNING = `pid ${pid} (${comm}), which does not run`;

describe('mmap_lock', () => {
  it.each([
    ['a writer', 1n, task, ` for writing by ${NOT_RUNNING}`],
    ['a writer, for whom others wait', 7n, task | 4n, ` for writing by ${NOT_RUNNING}`],
    ['a reader', 0x100n, task | 1n, ` for reading by 1 task, at last ${NOT_RUNNING}`],
    ['readers', 0x302n, task | 3n, ` for reading by 3 tasks, at last ${NOT_RUNNING}`],
    ['nobody knows who', 1n, 0n, ' for writing'],
    ['nobody, but others wait', 2n, 0n, ' by nobody any more, but tasks wait for it'],
    ['what is no task', 1n, 0xdead_0000_0000n, ' for writing by what is no task, at 0xdead00000000'],
    ['what is no task any more', 1n, 0xffff_ffff_ffff_f000n, ' for writing by what is no task, at 0xfffffffffffff000'],
  ])('%s', (_, word, ownerWord, holder) => {
    const held = heldWith(wrongSegment, [count, word], [owner, ownerWord]).map(([, locks]) => locks);
    expect(new Set(held.flat())).toEqual(new Set([`mmap_lock of mm0${holder}`]));
  });

  it('of a task that runs: on which CPU', () => {
    const onCpu = withHalf(at('task_struct', task, 'on_cpu'), 1n);
    const [problem] = problemsWith(wrongSegment, [count, 1n], [owner, task], onCpu);
    expect(problem?.held).toEqual([`mmap_lock of mm0 for writing by pid ${pid} (${comm}) on CPU 0`]);
  });

  it('is no problem by itself', () => {
    expect(problemsWith([count, 1n], [owner, task])).toEqual([]);
  });
});

describe('a spinlock', () => {
  it.each([
    ['its CPU', 1n, ` by CPU 0, which runs ${runningText}`],
    ['a CPU that the dump does not have', 8n, ' by CPU 7, of which the dump has nothing'],
    ['its CPU, for which others wait', 0x10_0001n, ` by CPU 0, which runs ${runningText}`],
    ['nobody, but others wait', 0x10_0000n, ' by nobody any more, but CPUs wait for it'],
  ])('of a gmap: %s', (_, word, holder) => {
    const held = heldWith(wrongSegment, withHalf(guestTableLock, word));
    expect(held.length).toBeGreaterThan(0);
    for (const [, locks] of held) expect(locks).toEqual([`guest_table_lock of g1${holder}`]);
  });

  it.each([
    ['guest_table_lock of g0', at('gmap', g0.address, 'guest_table_lock.rlock.raw_lock.lock')],
    ['shadow_lock of g0', at('gmap', g0.address, 'shadow_lock.rlock.raw_lock.lock')],
    ['page_table_lock of mm0', at('mm_struct', mm, 'page_table_lock.rlock.raw_lock.lock')],
  ])('%s', (name, absolute) => {
    expect(problemsWith(wrongSegment, withHalf(absolute, 1n))[0]?.held).toEqual([
      `${name} by CPU 0, which runs ${runningText}`,
    ]);
  });
});

describe('a page', () => {
  it('says that its PGSTE is locked', () => {
    expect(heldWith(lockedPgste)).toEqual([['I11', [`the PGSTE of 0x${HOST.toString(16)}`]]]);
  });

  it('says who holds the lock of its page table, and of no other', () => {
    expect(heldWith(lockedPgste, wrongPte, withHalf(pageTableLock, 1n))).toEqual([
      ['I11', [`its page table by CPU 0, which runs ${runningText}`, `the PGSTE of 0x${HOST.toString(16)}`]],
      ['I17', []],
    ]);
  });

  it('says what else is held, too', () => {
    expect(heldWith(lockedPgste, [count, 1n], [owner, 0n])).toEqual([
      ['I11', ['mmap_lock of mm0 for writing', `the PGSTE of 0x${HOST.toString(16)}`]],
    ]);
  });
});

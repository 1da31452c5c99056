// SPDX-License-Identifier: GPL-2.0-only
/**
 * Debian's own code of 6.1 in the port's place, as far as it is more than recordings: what a patched tree does wrong, snapshots, and
 * many machines at a time. Needs that code (`s390-gmap kernel build 6.1`); scripts/own-code.mjs sees to it that CI has it.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CodeComparer } from '../../lib/fuzz/compare-codes.js';
import { Fuzzer, traceToInput } from '../../lib/fuzz/index.js';
import { runJudgedCall } from '../../lib/fuzz/mail/judged-call.js';
import { printMail } from '../../lib/fuzz/mail/mail.js';
import { Recheck } from '../../lib/fuzz/recheck.js';
import {
  decodeObservations,
  encodeProgram,
  type Gmap,
  Machine,
  type MachineOptions,
  parseTrace,
  printTrace,
  recordTrace,
  type Trace,
  unwrap,
} from '../../lib/index.js';
import { collectTables, FilmPlayer, shootFilm } from '../../lib/inspect/index.js';
import { type BuiltCode, buildKernel, builtKernels, randomProgram, removeCode } from '../../lib/kernel/index.js';
import { sourceLines } from '../../lib/own-code/source-lines.js';
import { packageRoot } from '../../lib/package-root.js';
import * as raw from '../../lib/raw.js';
import { machineFor } from '../../lib/trace/header.js';
import { portTrace } from '../../lib/trace/port.js';
import { callsOf } from '../../lib/trace/program.js';
import { expectSameTables } from '../film/same-tables.js';
import { recordings } from '../trace/recordings.js';

const CODE = 'linux-6.1';
const HOST = 0x100_0000_0000n;
const shadowRecordings = recordings.filter(({ name }) => name.startsWith('shadow-6.1/'));
const SEED = Number(process.env.FC_SEED ?? 0x390);
const BROKEN = 'test-broken-6.1';
/** Why the code cannot be used, if it cannot: it is not there, or of other sources. */
function problemOf(): string | undefined {
  try {
    new Machine({ code: CODE }).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const problem = problemOf();
if (process.env.OWN_CODE === 'required' && problem !== undefined) throw new Error(problem);
const code = problem === undefined ? builtKernels().find(({ name }) => name === CODE) : undefined;
const missing = problem === undefined ? '' : `: not run: ${problem}`;

/** A copy of the code's tree in which gmap_translate does what the highest digit of its argument says, with the rest of it. */
function breakTree(of: BuiltCode, folder: string): string {
  const tree = join(folder, 'tree');
  cpSync(join(of.folder, 'tree'), tree, { recursive: true });
  const file = join(tree, 'arch/s390/mm/gmap.c');
  const text = readFileSync(file, 'utf8');
  const broken = text.replace(
    /(\nunsigned long gmap_translate\(struct gmap \*gmap, unsigned long gaddr\)\n\{)/,
    `$1
	unsigned long *place = (unsigned long *)(gaddr & ~0UL >> 4);
	switch (gaddr >> 60) {
	case 1: *place = 1; break;
	case 2: return *place;
	case 3: for (;;) ;
	case 4: BUG_ON(gaddr == (unsigned long)place + (4UL << 60));
	case 5: spin_lock(&gmap->guest_table_lock); return 0;
	case 6: spin_lock(&gmap->guest_table_lock); mmap_read_lock(gmap->mm); return 0;
	case 7: mmap_read_lock(gmap->mm); spin_lock(&gmap->guest_table_lock);
		spin_unlock(&gmap->guest_table_lock); mmap_read_unlock(gmap->mm); return 0;
	}`,
  );
  expect(broken).not.toBe(text);
  writeFileSync(file, broken);
  return tree;
}

/** Eight bytes of this process. */
function peek(address: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const file = openSync('/proc/self/mem', 'r');
  readSync(file, bytes, 0, 8, address);
  closeSync(file);
  return bytes;
}

/** Where this process may write, and no machine's memory is. */
function foreignAddress(): number {
  const heap = /^([0-9a-f]+)-[0-9a-f]+ rw.*\[heap\]$/m.exec(readFileSync('/proc/self/maps', 'utf8'));
  return Number(`0x${heap?.[1]}`) + 64;
}

const place = (what: number, address: number) => (BigInt(what) << 60n) | BigInt(address);

describe.skipIf(!code)(`a patched tree${missing}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-real-'));
  beforeAll(async () => {
    if (code) await buildKernel(BROKEN, { source: breakTree(code, folder) });
  }, 300_000);
  afterAll(() => {
    removeCode(BROKEN);
    rmSync(folder, { recursive: true });
  });

  /** The BUG that gmap_translate ends in with that argument, after it was called with others. */
  const bugOf = (gaddr: bigint, ...before: readonly bigint[]) => {
    using machine = new Machine({ code: BROKEN });
    const gmap = unwrap(machine.mm.createGmap(0xffffn));
    for (const one of before) gmap.translate(one);
    // The port's has none: so it is no result.
    expect(() => gmap.translate(gaddr)).toThrow(expect.objectContaining({ code: 'ERR_GMAP_BUG' }));
    const { bug } = machine;
    machine.reset();
    expect(machine.check().ok).toBe(true);
    return bug;
  };

  it("that stores to what is not the machine's is stopped before it does", () => {
    const address = foreignAddress();
    const before = peek(address);
    expect(bugOf(place(1, address))).toMatchObject({
      place: 'own_access',
      text: expect.stringContaining('a store to 0x'),
    });
    expect(peek(address)).toEqual(before);
  });

  it('that loads from where nothing is, or looks through an empty entry, is stopped', () => {
    expect(bugOf(place(2, 0x123456789000))).toMatchObject({ place: 'own_access' });
    expect(bugOf(place(2, 8))).toMatchObject({ place: 'pmd_none' });
  });

  it('that loops for ever ends', () => {
    expect(bugOf(place(3, 0))).toMatchObject({ place: 'endless', text: expect.stringContaining('a loop') });
  });

  it('that meets BUG says where in the tree', () => {
    expect(bugOf(place(4, 0))).toMatchObject({
      place: 'own_bug',
      text: expect.stringMatching(/^arch\/s390\/mm\/gmap\.c:\d+: BUG: /),
    });
  });

  const translating = (gaddr: bigint) =>
    parseTrace(
      [
        '# gmap-trace 1',
        `# kernel: ${CODE}`,
        'gmap_create(mm0, 0xffff)',
        `gmap_translate(g0, 0x${gaddr.toString(16)})`,
        '',
      ].join('\n'),
    );

  it.each([
    ['a store', () => place(1, foreignAddress())],
    ['a load', () => place(2, 0x123456789000)],
    ['BUG', () => place(4, 0)],
    ['what keeps a lock', () => place(7, 0)],
  ])('says how it came to %s', (what, gaddr) => {
    const built = builtKernels().find(({ name }) => name === BROKEN) ?? expect.fail('it is not built');
    const { bug, calls } = runJudgedCall(translating(gaddr()), BROKEN, 1);
    expect(calls).toHaveLength(1);
    const functions = sourceLines(built, bug)?.flat() ?? expect.fail('addr2line says nothing');
    if (what === 'what keeps a lock') expect(functions).toEqual([]);
    else expect(functions.at(-1)).toMatchObject({ function: 'gmap_translate', file: 'arch/s390/mm/gmap.c' });
  });

  it('that meets BUG is a mail with the way to it, and without its source', () => {
    const trace = translating(place(4, 0));
    using recheck = new Recheck(BROKEN);
    const result = recheck.check(trace);
    const built = builtKernels().find(({ name }) => name === BROKEN) ?? expect.fail('it is not built');
    const mail = printMail({
      code: built,
      trace,
      verdict: 'verdict' in result ? result.verdict : expect.fail('no BUG'),
    });
    const [, line] = /^Subject: s390\/mm: gmap_translate\(\): arch\/s390\/mm\/gmap\.c:(\d+): BUG\n\n/.exec(mail) ?? [];
    expect(mail).toContain(
      `\nHow it came there, the innermost first:\n\n  gmap_translate  arch/s390/mm/gmap.c:${line}\n`,
    );
    expect(mail).toContain('\n  gmap_translate(g0, 0x4000000000000000) = BUG\n');
    expect(mail).not.toMatch(/gaddr ==|unsigned long|BUG_ON/);
  });

  it('that keeps a lock, or takes two both ways round, is told with the places', () => {
    expect(bugOf(place(5, 0))).toMatchObject({ place: 'left_held', text: expect.stringContaining('guest_table_lock') });
    expect(bugOf(place(6, 0), place(7, 0))).toMatchObject({
      place: 'lock',
      text: expect.stringMatching(/gmap_translate takes mmap_sem inside of guest_table_lock .* before/),
    });
  });
});

describe.skipIf(!code)(`Debian's 6.1${missing}`, () => {
  const traces = Array.from({ length: 20 }, (_, i) => portTrace(randomProgram(SEED + i, 300), CODE));
  const programs = traces.map((trace) => encodeProgram(trace));
  const options: MachineOptions = { code: CODE, storageLimit: 64 * 2 ** 20 };
  const port: MachineOptions = { kernel: CODE, storageLimit: 64 * 2 ** 20 };

  /** As a trace says it: observations themselves have addresses of frames, which differ from machine to machine. */
  const textOf = (machine: Machine, i: number) =>
    printTrace(recordTrace(traces[i] as Trace, decodeObservations(machine.execute(programs[i] as Uint8Array)), CODE));
  const byThePort = () =>
    programs.map((_, i) => {
      using machine = new Machine(port);
      return textOf(machine, i);
    });

  /** The tables, but for where they are. */
  const shapeOf = (player: FilmPlayer) =>
    collectTables(
      player,
      [...player.mms(), ...player.gmaps()].map(({ name, asce }) => ({ name, asce })),
    ).tables.map(({ level, owners, used }) => ({ level, owners, used }));

  it('is after a snapshot what it was, whatever ran', () => {
    for (const program of programs) {
      using machine = new Machine(options);
      const snapshot = machine.snapshot();
      const first = machine.execute(program);
      machine.restore(snapshot);
      expect(machine.check().ok).toBe(true);
      expect(machine.execute(program)).toEqual(first);
    }
  });

  it('runs on ten machines at a time, as the port does', () => {
    const machines = Array.from({ length: 10 }, () => new Machine(options));
    const texts = byThePort();
    for (let round = 0; round < 2; round++)
      for (const [i, machine] of machines.entries()) {
        expect(textOf(machine, 10 * round + i)).toBe(texts[10 * round + i]);
        machine.reset();
      }
    for (const machine of machines) machine.close();
  });

  it('runs in workers, beside the port', async () => {
    const work = `
      import { workerData, parentPort } from 'node:worker_threads';
      const { decodeObservations, Machine, printTrace, recordTrace } = await import(workerData.entry);
      const { programs, traces, options, kernel } = workerData;
      for (const [i, program] of programs.entries()) {
        const machine = new Machine(options);
        parentPort.postMessage(printTrace(recordTrace(traces[i], decodeObservations(machine.execute(program)), kernel)));
        machine.close();
      }`;
    const entry = new URL('../../dist/index.js', import.meta.url).href;
    const answers = async (of: MachineOptions) => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(work)}`), {
        workerData: { entry, programs, traces, options: of, kernel: CODE },
      });
      const texts: string[] = [];
      worker.on('message', (text: string) => texts.push(text));
      await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
      return texts;
    };
    const texts = byThePort();
    for (const answer of await Promise.all([options, options, port].map(answers))) expect(answer).toEqual(texts);
  });

  it('does what the port does, with flushes and keys', () => {
    using comparer = new CodeComparer({ code: CODE });
    const folder = join(packageRoot, 'test/own-code/programs');
    for (const name of readdirSync(folder)) {
      const { passed, difference } = comparer.compare(parseTrace(readFileSync(join(folder, name), 'utf8'), name));
      expect({ passed, difference }, name).toEqual({ passed: true, difference: undefined });
    }
  });

  it('shows the tables that it has made', () => {
    const shown = [options, port].map((of) => {
      using machine = new Machine(of);
      const gmap = unwrap(machine.mm.createGmap(0xffff_ffffn));
      unwrap(machine.mm.mmap({ address: 0x100_0000_0000n, length: 0x10_0000n, read: true, write: true }));
      unwrap(gmap.mapSegment({ from: 0x100_0000_0000n, to: 0n, length: 0x10_0000n }));
      unwrap(gmap.fault(0x1000n, { write: true }));
      return gmap.inspect(0x1000n).chain.entries.map(({ level, flags }) => ({ level, flags }));
    });
    expect(shown[0]?.length).toBeGreaterThan(2);
    expect(shown[0]).toEqual(shown[1]);
  });

  it('is filmed with the tables that it has made, the same as the port makes', () => {
    for (const trace of traces.slice(0, 3)) {
      const player = new FilmPlayer(shootFilm(trace, { code: CODE }));
      const ports = new FilmPlayer(shootFilm(trace, { kernel: CODE }));
      using machine = new Machine(machineFor(trace, { code: CODE }));
      // Where the film's machine was, which is gone.
      expect(machine.storageStart).toBe(BigInt(player.film.storageStart ?? 0));
      expect(machine.storageStart).toBeGreaterThan(2n ** 32n);
      let tables = 0;
      for (const [done, call] of callsOf(trace).slice(0, player.film.calls.length).entries()) {
        machine.execute(encodeProgram({ ...trace, items: [call] }));
        if (done % 10 !== 0) continue;
        for (const one of [player, ports]) one.seek(done + 1);
        tables += expectSameTables(player, machine);
        expect(shapeOf(player)).toEqual(shapeOf(ports));
      }
      expect(tables).toBeGreaterThan(100);
    }
  });

  it('unmaps segments only where it need not look at millions', () => {
    using machine = new Machine({ code: CODE });
    const gmap = unwrap(machine.mm.createGmap(2n ** 64n - 1n));
    for (const to of [0n, 2n ** 62n]) unwrap(gmap.mapSegment({ from: 0x100_0000_0000n, to, length: 0x10_0000n }));
    // Those that are discarded have nothing to do with each other.
    unwrap(gmap.discard(0n, 2n ** 63n));
    const unmap = () => gmap.unmapSegment({ to: 0n, length: 2n ** 63n });
    expect(unmap).toThrow(expect.objectContaining({ code: 'ERR_GMAP_BUDGET' }));
    machine.reset();
  });

  it('takes any number of calls that fault at one address for what they are', () => {
    using machine = new Machine({ code: CODE });
    const gmap = unwrap(machine.mm.createGmap(0xffff_ffffn));
    unwrap(machine.mm.mmap({ address: 0x100_0000_0000n, length: 0x10_0000n, read: true, write: true }));
    unwrap(gmap.mapSegment({ from: 0x100_0000_0000n, to: 0n, length: 0x10_0000n }));
    // One call that does so a thousand times is one that never ends.
    for (let i = 0; i < 3000; i++) unwrap(gmap.fault(0x1000n, { write: true }));
  });

  it('says which lines of the tree a corpus reaches', () => {
    const folder = mkdtempSync(join(tmpdir(), 's390-gmap-lines-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const corpus = join(folder, 'corpus');
    cpSync(join(packageRoot, 'recordings/linux-6.1/b_alias.trace'), join(corpus, 'b_alias.trace'));
    const args = ['dist/cli/main.js', 'fuzz', 'cover', corpus, '--code', CODE, '-o', join(folder, 'lines'), '--json'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: packageRoot, encoding: 'utf8' });
    expect(stderr).not.toMatch(/error/);
    const { files } = JSON.parse(stdout);
    expect(files).toMatchObject([{ file: 'arch/s390/mm/gmap.c' }, { file: 'arch/s390/mm/pgtable.c' }]);
    const [{ lines, branches, never }] = files;
    for (const { covered, count } of [lines, branches]) {
      expect(covered).toBeGreaterThan(count / 20);
      expect(covered).toBeLessThan(count);
    }
    expect(never).toContain('gmap_shadow');
    expect(never).not.toContain('gmap_map_segment');
    const page = readFileSync(join(folder, 'lines/index.html'), 'utf8');
    expect(page).toMatch(/<span id="file0-\d+"><b>[1-9]\d*<\/b><b>\d+<\/b>int gmap_map_segment\(/);
  });
});

describe.skipIf(!code)(`shadow gmaps of Debian's 6.1${missing}`, () => {
  const ASCE = 0x10000n;
  /** A gmap over 4 MiB, on a machine that records events. */
  const newParent = (machine: Machine) => {
    unwrap(machine.mm.enableSie());
    unwrap(machine.mm.mmap({ address: HOST, length: 0x40_0000n, read: true, write: true }));
    const gmap = unwrap(machine.mm.createGmap(0xffff_ffff_ffff_ffffn));
    unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: 0x40_0000n }));
    return gmap;
  };
  const shadowOf = (parent: Gmap, asce: bigint, edat = 0) => {
    const shadow = raw.gmap_shadow(parent, asce, edat);
    return typeof shadow === 'number' ? expect.fail(`gmap_shadow: ${shadow}`) : shadow;
  };
  const refused = expect.objectContaining({ code: 'ERR_GMAP_REFUSED' });

  it.each(shadowRecordings)(
    '$name leaves a machine that holds its invariants, and that a snapshot brings back',
    ({ name, text }) => {
      using machine = new Machine({ code: CODE });
      const program = encodeProgram(parseTrace(text, name));
      const snapshot = machine.snapshot();
      const first = machine.execute(program);
      if (machine.bug === undefined) expect(machine.check()).toEqual({ ok: true, value: undefined });
      machine.restore(snapshot);
      expect(machine.check().ok).toBe(true);
      expect(machine.execute(program)).toEqual(first);
    },
  );

  it('are objects like other gmaps, with references of their own', () => {
    using machine = new Machine({ code: CODE });
    const parent = newParent(machine);
    const shadow = shadowOf(parent, ASCE);
    expect(shadowOf(parent, ASCE)).toBe(shadow);
    expect(shadow.asceEnd).toBe(0x7fff_ffffn);
    expect(raw.gmap_shadow_valid(shadow, ASCE, 0)).toBe(1);
    expect(raw.gmap_shadow_valid(shadow, ASCE, 1)).toBe(0);
    expect(raw.gmap_translate(shadow, 0n)).toBe(0xffff_ffff_ffff_fff2n);
    expect(() => raw.gmap_remove(shadow)).toThrow(refused);
    raw.gmap_put(shadow);
    raw.gmap_put(shadow);
    expect(() => raw.gmap_put(shadow)).toThrow(refused); // the list's
    expect(raw.gmap_shadow(parent, 0x80_0000n, 0)).toBe(-14);
    // Whatever is in the parent's list ends with it.
    parent.remove();
    expect(() => raw.gmap_shadow_valid(shadow, ASCE, 0)).toThrow(expect.objectContaining({ code: 'ERR_GMAP_CLOSED' }));
    expect(machine.check().ok).toBe(true);
  });

  it('go in the middle of a call that is about something else', () => {
    using machine = new Machine({ code: CODE });
    const parent = newParent(machine);
    const shadow = shadowOf(parent, ASCE);
    const told: [Gmap, bigint, bigint][] = [];
    machine.onPteInvalidation((gmap, start, end) => told.push([gmap, start, end]));
    raw.gmap_put(shadow);
    unwrap(machine.mm.store(HOST + ASCE, 1n));
    expect(told).toEqual([[shadow, 0n, 0xffff_ffff_ffff_ffffn]]);
    expect(() => raw.gmap_shadow_valid(shadow, ASCE, 0)).toThrow(expect.objectContaining({ code: 'ERR_GMAP_CLOSED' }));
    expect(machine.check().ok).toBe(true);
  });

  it('lose an entry by an instruction that names it, and nothing of it by one that ended in no memory', () => {
    using machine = new Machine({ code: CODE });
    const shadow = shadowOf(newParent(machine), ASCE);
    machine.inject('page_table', 1);
    expect(raw.gmap_shadow_pgt(shadow, 0n, 0x2c000n, 0)).toBe(-12);
    expect(raw.gmap_shadow_page(shadow, 0x1000n, 0x10_0000n)).toBe(-11);
    expect(raw.gmap_shadow_pgt(shadow, 0n, 0x2c000n, 0)).toBe(0);
    expect(raw.gmap_shadow_page(shadow, 0x1000n, 0x10_0000n)).toBe(0);
    expect(raw.gmap_shadow_pgt_lookup(shadow, 0x1234n)).toBe(0x2c000n);
    machine.recordEvents(true);
    unwrap(machine.mm.store(HOST + 0x2c000n, 1n));
    expect(machine.takeEvents()).toContainEqual(
      expect.objectContaining({ kind: 'idte-entry', address: 0n, local: false }),
    );
    expect(raw.gmap_shadow_pgt_lookup(shadow, 0x1234n)).toBe(0xffff_ffff_ffff_fff5n);
    expect(machine.check().ok).toBe(true);
  });

  it('are not there for oracles, which know none', () => {
    const [{ name, text } = expect.fail('no recording')] = shadowRecordings;
    using fuzzer = new Fuzzer({ seed: 1n, code: CODE });
    expect(fuzzer.judge(traceToInput(parseTrace(text, name)))).toBeUndefined();
  });
});

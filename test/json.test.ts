// SPDX-License-Identifier: GPL-2.0-only
// What the API returns can be written as JSON, every object of it by itself: 64-bit values are hex strings there.
import { deepEqual } from 'node:assert';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openDump } from '../lib/dump/index.js';
import { program } from '../lib/fast-check/index.js';
import { Fuzzer, fuzz, inputToTrace } from '../lib/fuzz/index.js';
import {
  decodeObservations,
  diffTraces,
  encodeProgram,
  type GuestView,
  type JsonOf,
  Machine,
  parseTrace,
  replay,
  runTrace,
  toJson,
  unwrap,
} from '../lib/index.js';
import * as inspection from '../lib/inspect/index.js';
import { compareRecording } from '../lib/kernel/compare.js';
import { randomProgram, shrink } from '../lib/kernel/index.js';
import { portTrace } from '../lib/trace/port.js';
import { hex } from '../lib/trace/words.js';
import { fixture } from './dump/fixture.js';
import { firstRecordings } from './trace/recordings.js';
import { expectWritable } from './writable.js';

const HOST = 0x10000000000n;

function tracedGuest() {
  const machine = new Machine();
  const { mm } = machine;
  machine.startTracing();
  machine.recordEvents(true);
  unwrap(mm.enableSie());
  unwrap(mm.enableSkey());
  unwrap(mm.mmap({ address: HOST, length: 0x400000n, read: true, write: true }));
  const gmap = unwrap(mm.allocGmap(0x7fffffffn));
  unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: 0x200000n }));
  unwrap(gmap.fault(0x1000n, { write: true }));
  unwrap(mm.setGuestStorageKey(HOST + 0x1000n, 0x30));
  machine.onPteInvalidation(() => {});
  unwrap(gmap.ipteNotify(0x1000n, 0x1000n));
  unwrap(mm.mprotect(HOST, 0x2000n, { read: true, write: false, exec: false }));
  return { machine, mm, gmap };
}

it('machines, processes, guests', () => {
  const { machine, mm, gmap } = tracedGuest();
  using _ = machine;
  const before = gmap.dump();
  const returned = {
    machine,
    mm,
    gmap,
    mms: machine.processes,
    results: [
      gmap.translate(0x1000n),
      gmap.translate(0x40000000n),
      gmap.segmentGaddr(0n),
      gmap.load(0x1000n),
      gmap.store(0x1000n, 1n),
      gmap.walk(0x1000n),
      gmap.walk(0x5000n),
      mm.load(HOST),
      mm.load(0n),
      mm.walk(HOST + 0x1000n),
      machine.exec(),
      machine.check(),
    ],
    events: machine.takeEvents(),
    counts: machine.counts(),
    mappings: mm.mappings(),
    dumps: [before, mm.dump(), mm.dump({ bits: true })],
    views: [gmap.inspect(0x1000n), mm.inspect(HOST + 0x1000n)],
    snapshot: machine.snapshot(),
    bug: machine.bug,
    program: machine.tracedProgram(),
    write: machine.lastWrite(gmap.inspect(0x1000n).last?.address ?? 0n),
  };
  expect(returned.events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['notify', 'lazy', 'alloc-frames', 'key']),
  );
  expect(returned.write?.before).toBeTypeOf('bigint');
  expectWritable(returned, 'returned');
  expect(JSON.parse(JSON.stringify(mm.mappings()))[0]).toMatchObject({
    start: '0x10000000000',
    end: '0x10000002000',
    read: true,
  });
  expect(JSON.parse(JSON.stringify(gmap.translate(0x1000n)))).toEqual({ ok: true, value: '0x10000001000' });
});

it('what inspecting answers', () => {
  const { machine, mm, gmap } = tracedGuest();
  using _ = machine;
  const before = gmap.dump();
  unwrap(gmap.fault(0x100000n, { write: true }));
  const storage = inspection.storageOf(machine);
  const film = inspection.shootFilm(machine.tracedProgram());
  const player = new inspection.FilmPlayer(film);
  player.seek(film.calls.length);
  expectWritable(
    {
      changes: inspection.diffRanges(before, gmap.dump()),
      ranges: inspection.dumpRanges(storage, mm.asce, true),
      chain: inspection.walkChain(storage, gmap.asce, 0x1000n),
      graph: inspection.tableGraph(machine),
      json: inspection.graphToJson(machine),
      film,
      played: [player.mms(), player.gmaps(), player.mappings('mm0')],
      fields: Object.values(inspection).filter(Array.isArray),
    },
    'inspection',
  );
  expect(player.gmaps()).toHaveLength(1);
});

it('traces, and what is made of them', () => {
  for (const { text } of firstRecordings.slice(0, 12)) {
    const trace = parseTrace(text);
    using machine = new Machine();
    expectWritable(
      {
        trace,
        run: runTrace(trace),
        asked: runTrace(trace, { kernel: 'linux-4.7' }),
        replay: replay(trace),
        difference: diffTraces(trace, runTrace(trace)),
        observations: decodeObservations(machine.execute(encodeProgram(trace))),
        ported: portTrace(trace, '6.1'),
      },
      'trace',
    );
  }
  expect(
    JSON.parse(JSON.stringify(parseTrace('# gmap-trace 1\n# kernel: 4.7\ngmap_translate(g0, 16) = -EFAULT\n'))),
  ).toEqual({
    source: '<trace>',
    header: { kernel: '4.7' },
    items: [
      { kind: 'comment', text: '# kernel: 4.7', line: 2 },
      {
        kind: 'call',
        name: 'gmap_translate',
        args: ['0x0', '0x10'],
        result: { kind: 'number', value: '0xfffffffffffffff2' },
        events: [],
        changes: [],
        line: 3,
      },
    ],
  });
});

it('programs of all makers', async () => {
  expectWritable(randomProgram(1, 30), 'random');
  expectWritable(await shrink(randomProgram(1, 10), async ({ items }) => items.length > 8), 'smaller');
  fc.assert(
    fc.property(program({ kernel: '6.1' }), (trace) => expectWritable(trace, 'program')),
    { numRuns: 20 },
  );
});

it('comparisons and campaigns', async () => {
  const recording = parseTrace('# gmap-trace 1\ngmap_alloc(mm0, 0) = g0\ngmap_translate(g0, 0) = 0x1000\n');
  expectWritable(compareRecording(recording, recording), 'comparison');
  using fuzzer = new Fuzzer();
  fuzzer.run(20);
  const input = fuzzer.input(3) ?? new Uint8Array();
  const report = await fuzz({ runs: 20, seed: 5 });
  expectWritable(
    { report, stats: fuzzer.stats, verdict: fuzzer.judge(input), trace: inputToTrace(input, 'x') },
    'fuzz',
  );
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ seed: '0x5', hash: `0x${report.hash.toString(16)}` });
});

it('crash dumps', () => {
  const dump = openDump(fixture.dump, { types: fixture.types });
  const { processes, gmaps, unlisted, problems } = dump;
  expectWritable(
    {
      told: { processes, gmaps, unlisted, problems },
      checked: dump.check(),
      views: [dump.inspect('g0', 0x1000n), dump.inspect('mm0', HOST)],
      ranges: dump.dump('g0'),
      mappings: dump.mappings('mm0'),
      graph: dump.graph(),
      film: inspection.shootDump(dump, 'x'),
    },
    'dump',
  );
  expect(JSON.parse(JSON.stringify(gmaps[0]))).toMatchObject({ name: 'g0', end: hex(gmaps[0]?.end ?? 0n) });
  dump.close();
});

it('copies and bigints by themselves are for toJson()', () => {
  expect(toJson(18n)).toBe('0x12');
  expect(toJson([1n, undefined, 'x', new BigUint64Array([2n])])).toEqual(['0x1', null, 'x', ['0x2']]);
  expect(toJson({ a: new Map([[1n, 2n]]), b: undefined })).toEqual({ a: { '0x1': '0x2' } });
});

it('the type of what comes back says what does', () => {
  const value = {
    word: 1n,
    text: 'a' as const,
    map: new Map([[1n, 2n]]),
    words: new BigUint64Array([3n]),
    bytes: new Uint8Array([4]),
    pair: [5n, null] as const,
    list: [6n, undefined],
    none: undefined as bigint | undefined,
    method: () => 1n,
  };
  const written: {
    word: string;
    text: 'a';
    map: Readonly<Record<string, string>>;
    words: string[];
    bytes: number[];
    pair: readonly [string, null];
    list: (string | null)[];
    none?: string;
  } = toJson(value);
  // The other way round too: nothing else is in the type.
  const exact: JsonOf<typeof value> = written;
  expect(exact).toEqual({
    word: '0x1',
    text: 'a',
    map: { '0x1': '0x2' },
    words: ['0x3'],
    bytes: [4],
    pair: ['0x5', null],
    list: ['0x6', null],
  });
  const { machine, gmap } = tracedGuest();
  using _ = machine;
  const view: JsonOf<GuestView> = { ...gmap.inspect(0x1000n).toJSON() };
  expect(view.host?.chain.entries.at(-1)?.value).toBeTypeOf('string');
});

it('is seen nowhere else', () => {
  using machine = new Machine();
  const [mapping] = machine.mm.mappings();
  const copy = { ...mapping };
  expect(mapping).toStrictEqual(copy);
  deepEqual(mapping, copy);
  expect(inspect(mapping)).toBe(inspect(copy));
  expect(structuredClone(mapping)).toEqual(copy);
  expect(inspect(parseTrace('# gmap-trace 1\nfork(mm0) = 0\n'))).toMatch(/^\{\n {2}source: /);
});

// SPDX-License-Identifier: GPL-2.0-only
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { filmJson, joined } from '../../lib/film/page.js';
import { encodeProgram, Machine, parseTrace, UnknownKernelError } from '../../lib/index.js';
import { collectTables, type Film, FilmError, FilmPlayer, filmMaps, shootFilm } from '../../lib/inspect/index.js';
import { machineOptions } from '../../lib/trace/header.js';
import { toJson } from '../../lib/trace/json.js';
import { callsOf } from '../../lib/trace/program.js';
import { expectEqual } from '../equal.js';
import { firstRecordings, traceText } from '../trace/recordings.js';
import { expectSameTables, textOfWords } from './same-tables.js';

/** Films of all take long. */
const someRecordings = firstRecordings.filter((_, i) => i % 4 === 0);

const stateOf = (player: FilmPlayer) => filmMaps.map((name) => [...player.map(name)].sort());

describe('shootFilm', () => {
  it('shows the machine as it is, after every call of some recordings and at the end of more', {
    timeout: 60_000,
  }, () => {
    for (const [i, { name, text }] of someRecordings.entries()) {
      const trace = parseTrace(text, name);
      const player = new FilmPlayer(shootFilm(trace));
      expect([name, player.film.firstDifference]).toEqual([name, null]);
      using machine = new Machine(machineOptions(trace, undefined));
      const isWatched = i % 10 === 0;
      for (const [done, call] of callsOf(trace).entries()) {
        machine.execute(encodeProgram({ ...trace, items: [call] }));
        if (!isWatched) continue;
        player.seek(done + 1);
        expectSameTables(player, machine);
      }
      player.seek(Number.POSITIVE_INFINITY);
      expectSameTables(player, machine);
      expect(player.mms().map((mm) => mm.name)).toEqual(machine.processes.map(({ number }) => `mm${number}`));
    }
  });

  it('goes back as it came', () => {
    for (const { name, text } of someRecordings) {
      const player = new FilmPlayer(shootFilm(parseTrace(text, name)));
      const states = [stateOf(player)];
      for (let i = 1; i <= player.film.calls.length; i++) {
        player.seek(i);
        states.push(stateOf(player));
      }
      for (const at of [states.length - 1, 3, 0, states.length - 2, 1]) {
        player.seek(at);
        expectEqual(stateOf(player), states[Math.max(0, at)]);
      }
    }
  });

  it('is JSON', () => {
    const film = shootFilm(parseTrace(firstRecordings[4]?.text ?? ''));
    expect(JSON.parse(JSON.stringify(film))).toEqual(film);
  });
});

const guest = [
  's390_enable_sie(mm0) = 0',
  'observe(1)',
  '  + lowcore none',
  '# a guest',
  'gmap_alloc(mm0, 0x0) = g0',
  '  + gmap g0 asce=0x1c3 end=0x7fffffff tables=1',
  'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0) = 0',
];
const film = (...lines: readonly string[]): Film => shootFilm(parseTrace(traceText(...lines), 'test.trace'));

describe('a film of a recording', () => {
  it('has both sides, and where they part', () => {
    const shot = film(
      ...guest,
      'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000) = 0',
      '  + g2h g0 0x0 0x10000100000',
      'gmap_translate(g0, 0x0) = 0x10000100000',
      'gmap_unmap_segment(g0, 0x0, 0x100000) = 0',
      '  - g2h g0 0x0',
    );
    expect(shot.firstDifference).toBe(4);
    expect(shot.calls.map(({ differs }) => differs)).toEqual([[], [], [], [], ['g2h g0 0x0'], ['g2h g0 0x0'], []]);
    expect(shot.calls.map(({ answersDiffer }) => answersDiffer)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    const player = new FilmPlayer(shot);
    player.seek(5);
    expect(player.map('fact').get('g2h g0 0x0')).toBe('0x10000000000');
    expect(player.map('recorded').get('g2h g0 0x0')).toBe('0x10000100000');
    expect(shot.calls[5]).toMatchObject({ result: '0x10000000000', recorded: { result: '0x10000100000' } });
  });

  it('compares only while it observes', () => {
    const shot = film(
      ...guest,
      'observe(0)',
      'gmap_enable(g0)',
      'observe(1)',
      '  + lowcore g0',
      '  + gmap g0 asce=0x1c3 end=0x7fffffff tables=1',
    );
    expect(shot.firstDifference).toBe(null);
    expect(new FilmPlayer(shot).map('recorded').size).toBe(0);
  });

  it('leaves out what comparing leaves out, unless it or the trace is strict', () => {
    const read = (...header: readonly string[]) =>
      parseTrace(
        traceText(
          ...header,
          ...guest,
          'watch(mm0, 0x10000000000)',
          '  + pte 0x10000000000 notable',
          'store(mm0, 0x10000000000, 0x1) = 0',
          '  + pte 0x10000000000 anon pte=0x3d pgste=0x40800000000000 pmd=0x0 key=0x0',
          'get_guest_storage_key(mm0, 0x10000000000) = 0x0',
        ),
      );
    expect(shootFilm(read()).firstDifference).toBe(null);
    expect(shootFilm(read(), { strict: true }).firstDifference).toBe(5);
    expect(shootFilm(read('# strict: 0')).firstDifference).toBe(null);
    const { calls, firstDifference } = shootFilm(read('# strict: 1'));
    expect(firstDifference).toBe(5);
    expect(calls[6]).toMatchObject({ answersDiffer: true, result: '0x6', recorded: { result: '0x0' } });
  });

  it('keeps the comments above calls, and not the header', () => {
    const shot = film('# kernel: linux-4.7', ...guest);
    expect(shot.calls.map(({ comments }) => comments)).toEqual([[], [], ['a guest'], []]);
    expect(shot).toMatchObject({ kernel: 'linux-4.7', recordedOn: null });
  });
});

describe('an excerpt', () => {
  /** What does not depend on how the film got there: a table may be another fill with other words. */
  const seen = (player: FilmPlayer) => [
    ...(['key', 'space', 'mapping', 'fact', 'recorded'] as const).map((name) => [...player.map(name)].sort()),
    collectTables(
      player,
      [...player.mms(), ...player.gmaps()].map(({ name, asce }) => ({ name, asce })),
    ).tables.map(({ level, origin }) => [
      level,
      origin,
      textOfWords(player.words(origin, level === 'PTE' ? 512 : 2048)),
    ]),
  ];

  it('is that part of the whole film', { timeout: 120_000 }, () => {
    for (const { name, text } of someRecordings.filter((_, i) => i % 2 === 0)) {
      // Something differs before the excerpt, and in it.
      const trace = parseTrace(text.replace(/(pgste=0x[0-9a-f]*)0\b/, '$15'), name);
      const whole = new FilmPlayer(shootFilm(trace));
      const total = whole.film.calls.length;
      const [from, to] = [Math.floor(total / 3), Math.ceil((2 * total) / 3)];
      const part = new FilmPlayer(shootFilm(trace, { from, to }));
      expect(part.film.excerpt).toEqual({ from, total: callsOf(trace).length });
      const place = ({ line, result, differs, answersDiffer }: Film['calls'][number]) =>
        [line, result, [...differs].sort(), answersDiffer] as const;
      expectEqual(part.film.calls.map(place), whole.film.calls.slice(from, to).map(place));
      for (let at = from; at <= to; at++) {
        whole.seek(at);
        part.seek(at - from);
        expect([name, at, JSON.stringify(toJson(seen(part)))]).toEqual([name, at, JSON.stringify(toJson(seen(whole)))]);
      }
    }
  });

  it('can be of everything, and of nothing', () => {
    const trace = parseTrace(traceText(...guest));
    expect(shootFilm(trace, { from: 0, to: 4 })).toEqual(shootFilm(trace));
    expect(shootFilm(trace).excerpt).toBe(null);
    expect(shootFilm(trace, { from: 4 })).toMatchObject({ excerpt: { from: 4, total: 4 }, calls: [] });
  });

  it('says how far it is, and what it cannot be of', () => {
    const trace = parseTrace(
      traceText('fork(mm0)', 'gmap_alloc(mm0, 0x0) = g0', '__gmap_link(g0, 0x0, 0x0)', 'fork(mm0)'),
    );
    const steps: number[][] = [];
    shootFilm(trace, { from: 1, to: 2, onProgress: (...step) => steps.push(step) });
    expect(steps).toEqual([[1, 1]]);
    expect(() => shootFilm(trace, { from: 3 })).toThrow(FilmError);
    expect(() => shootFilm(trace, { from: 3, to: 2 })).toThrow('from must be a whole number from 0 to 2');
    expect(() => shootFilm(trace, { to: 5 })).toThrow('to must be a whole number from 0 to 4');
  });
});

describe('storage that does not begin at 0', () => {
  const START = 2 ** 45 + 2 ** 32;
  const words = ['fill', START.toString(16), null, '2048 24'] as const;
  const word = ['word', (START + 8).toString(16), null, '200100108007'] as const;
  const shot = { ...film(...guest), code: 'mine', storageStart: START, storageLimit: 2 ** 22, start: [words, word] };
  const at = (offset: bigint, count: number) => new FilmPlayer({ ...shot }).words(BigInt(START) + offset, count);

  it('is read where it is, and nowhere else', () => {
    expect(at(0n, 3)).toEqual(new BigUint64Array([0x24n, 0x2001_0010_8007n, 0x24n]));
    expect(at(2n ** 22n - 8n, 1)).toEqual(new BigUint64Array([0n]));
    expect(at(2n ** 22n - 8n, 2)).toBeUndefined();
    expect(at(-8n, 1)).toBeUndefined();
    expect(at(-BigInt(START), 1)).toBeUndefined();
    expect(new FilmPlayer(shot).words(2n ** 64n - 8n, 1)).toBeUndefined();
  });

  it('is said by a film, and from 0 on in those that do not say it', () => {
    expect(film(...guest)).toMatchObject({ storageStart: 0, code: null });
    const { storageStart: _, code: __, ...old } = film(...guest);
    expect(new FilmPlayer(old).words(0n, 1)).toHaveLength(1);
    for (const wrong of [{ storageStart: -8 }, { storageStart: '0' }, { storageStart: 2 ** 60 }, { code: 5 }])
      expect(() => new FilmPlayer({ ...old, ...wrong } as Film)).toThrow(TypeError);
  });
});

describe('the size of a film', () => {
  it('has an end, which is told before it comes', () => {
    const pieces = ['abc', 'de', 'f'];
    expect(joined(pieces, 6)).toBe('abcdef');
    expect(() => joined(pieces, 5)).toThrow(FilmError);
  });

  it('has none as JSON, which comes in pieces', () => {
    for (const { text } of someRecordings.slice(0, 3)) {
      const shot = shootFilm(parseTrace(text));
      expect([...filmJson(shot)].join('')).toBe(JSON.stringify(shot));
    }
    const empty = shootFilm(parseTrace(traceText()), { from: 0 });
    const { storageStart: _, code: __, ...old } = empty;
    for (const shot of [empty, old, { ...old, code: undefined, storageStart: undefined } as unknown as Film])
      expect([...filmJson(shot)].join('')).toBe(JSON.stringify(shot));
  });
});

describe('a film of a program', () => {
  it('has one side', () => {
    const shot = film('gmap_alloc(mm0, 0x0) = g3', 'gmap_free(g3)');
    expect(shot.calls.map(({ recorded }) => recorded)).toEqual([null, null]);
    const player = new FilmPlayer(shot);
    player.seek(1);
    expect(inspect(player)).toBe('FilmPlayer { source: test.trace, position: 1, calls: 2 }');
    expect(player.gmaps()).toMatchObject([{ name: 'g3', mm: 'mm0', end: 0x7fffffffn }]);
    expect(player.mappings('mm0')).toMatchObject([{ end: 2n ** 42n, flags: 'rw-pd' }]);
    player.seek(2);
    expect(player.gmaps()).toEqual([]);
  });

  it('ends with a BUG, and says what was refused', () => {
    const shot = film(
      'gmap_enable(g9)',
      'gmap_alloc(mm0, 0x0) = g0',
      'gmap_discard(g0, 0x10, 0x20)',
      '__gmap_link(g0, 0x0, 0x0)',
      'fork(mm0)',
    );
    expect(shot.calls.at(-1)?.result).toBe('BUG');
    expect(shot.calls[0]?.result).toMatch(/^refused: /);
    expect(shot.calls).toHaveLength(4);
  });

  it('follows processes that end, and those that start', () => {
    const player = new FilmPlayer(film('gmap_alloc(mm0, 0x0) = g0', 'exit(mm0)', 'exec() = mm1', 'gmap_free(g0)'));
    player.seek(3);
    expect(player.mms().map(({ name }) => name)).toEqual(['mm1']);
    expect(player.mappings('mm0')).toEqual([]);
    expect(player.gmaps()).toMatchObject([{ name: 'g0', mm: 'mm0' }]);
  });

  it('is made with the kernel that is asked for, and says how far it is', () => {
    const trace = parseTrace(traceText('gmap_create(mm0, 0x0) = g0'));
    const steps: number[][] = [];
    const shot = shootFilm(trace, { kernel: 'linux-6.1', onProgress: (...step) => steps.push(step) });
    expect(shot).toMatchObject({ kernel: 'linux-6.1', calls: [{ result: 'g0' }] });
    expect(steps).toEqual([[1, 1]]);
    expect(() => shootFilm(trace, { kernel: 'linux-1.0' })).toThrow(UnknownKernelError);
  });
});

// SPDX-License-Identifier: GPL-2.0-only
/** Traces that a code runs in the port's place. */
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeProgram, Machine, parseTrace, printTrace, replay, runTrace } from '../../lib/index.js';
import { FilmPlayer, shootFilm } from '../../lib/inspect/index.js';
import { randomProgram } from '../../lib/kernel/index.js';
import { machineFor } from '../../lib/trace/header.js';
import { portTrace } from '../../lib/trace/port.js';
import { expectSameTables } from '../film/same-tables.js';
import { traceText } from '../trace/recordings.js';
import { fakeCodes } from './fixture.js';

const codes = fakeCodes();
codes.add('mine', 'linux-6.1');
afterAll(() => codes.remove());
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', codes.folder));
afterEach(() => vi.unstubAllEnvs());

const trace = (...lines: readonly string[]) => parseTrace(traceText(...lines));
const headOf = (text: string) => text.split('\n').filter((line) => line.startsWith('# '));
const of61 = trace('# kernel: linux-6.1', 'gmap_create(mm0, 0xffff)');
const of612 = trace('# kernel: linux-6.12', 'gmap_create(mm0, 0xffff)');
const ofNone = trace('gmap_create(mm0, 0xffff)');

describe('runTrace', () => {
  it('runs a program of the same kernel, and says which code ran it', () => {
    const recording = runTrace(of61, { code: 'mine' });
    expect(headOf(printTrace(recording))).toEqual(['# gmap-trace 1', '# kernel: linux-6.1', '# code: mine']);
    expect(recording.header.get('code')).toBe('mine');
    expect(parseTrace(printTrace(recording), recording.source)).toEqual(recording);
  });

  it('runs a program that names no kernel, and says which kernel it was', () => {
    const recording = runTrace(ofNone, { code: 'mine' });
    expect(headOf(printTrace(recording))).toEqual(['# gmap-trace 1', '# kernel: linux-6.1', '# code: mine']);
  });

  it('does not run one of another kernel, unless it is told which kernel that shall be', () => {
    expect(() => runTrace(of612, { code: 'mine' })).toThrow(
      expect.objectContaining({
        code: 'ERR_CODE_KERNEL',
        message: 'the code mine is of linux-6.1, and linux-6.12 was asked for',
      }),
    );
    expect(runTrace(of612, { code: 'mine', kernel: '6.1' }).header.get('kernel')).toBe('linux-6.1');
    expect(() => runTrace(of61, { code: 'mine', kernel: '6.12' })).toThrow(/linux-6\.12 was asked for/);
  });

  it('forgets the code that ran it before', () => {
    const before = trace('# code: yours', '# kernel: linux-6.1', '# code: yours', 'gmap_create(mm0, 0xffff)');
    expect(headOf(printTrace(runTrace(before)))).toEqual(['# gmap-trace 1', '# kernel: linux-6.1']);
    const after = runTrace(before, { code: 'mine' });
    expect(headOf(printTrace(after))).toEqual(['# gmap-trace 1', '# kernel: linux-6.1', '# code: mine']);
  });

  it('answers what the port does, as this code is the port', () => {
    const program = portTrace(randomProgram(5, 400), 'linux-6.1');
    const without = (text: string) => text.replace('# code: mine\n', '');
    const options = { kernel: 'linux-6.1' };
    expect(without(printTrace(runTrace(program, { ...options, code: 'mine' })))).toBe(
      printTrace(runTrace(program, options)),
    );
  });
});

it('replay replays recordings of the same kernel', () => {
  const recording = runTrace(of61);
  expect(replay(recording, { code: 'mine' })).toMatchObject({ ok: true, calls: 1 });
  expect(() => replay(runTrace(of612), { code: 'mine' })).toThrow(expect.objectContaining({ code: 'ERR_CODE_KERNEL' }));
});

it('shootFilm films what the code does', () => {
  const film = shootFilm(of61, { code: 'mine' });
  expect(film).toMatchObject({ kernel: 'linux-6.1', code: 'mine' });
  expect(film.calls[0]?.result).toBe('g0');
  expect(() => shootFilm(of612, { code: 'mine' })).toThrow(expect.objectContaining({ code: 'ERR_CODE_KERNEL' }));
});

it('a film of a code shows the tables that it made, and what the port made', () => {
  const program = portTrace(randomProgram(7, 120), 'linux-6.1');
  const { code, ...film } = shootFilm(program, { code: 'mine' });
  const { code: none, ...ofPort } = shootFilm(program, { kernel: 'linux-6.1' });
  expect([code, none]).toEqual(['mine', null]);
  expect(film).toEqual(ofPort);
  using machine = new Machine(machineFor(program, { code: 'mine' }));
  machine.execute(encodeProgram(program));
  const player = new FilmPlayer({ ...film, code: 'mine' });
  player.seek(Number.POSITIVE_INFINITY);
  expect(expectSameTables(player, machine)).toBeGreaterThan(3);
});

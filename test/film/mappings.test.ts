// SPDX-License-Identifier: GPL-2.0-only
/** What a film shows of mappings is what the machine has, and costs what changed. */
import { describe, expect, it } from 'vitest';
import { PatchBook } from '../../lib/film/patch-book.js';
import { shootFilm } from '../../lib/film/shoot.js';
import { encodeProgram, Machine, type Mapping, parseTrace, type Trace } from '../../lib/index.js';
import { FilmPlayer } from '../../lib/inspect/index.js';
import { mappingFlags } from '../../lib/inspect/mappings.js';
import { randomProgram } from '../../lib/kernel/index.js';
import { type Native, native } from '../../lib/native/binding.js';
import { machineOptions } from '../../lib/trace/header.js';
import { callsOf } from '../../lib/trace/program.js';
import { portRecordings as recordings, traceText } from '../trace/recordings.js';

const hex = (value: bigint) => `0x${value.toString(16)}`;
const rowOf = (mapping: Mapping) => `${hex(mapping.start)} ${hex(mapping.end)} ${mappingFlags(mapping)}`;

/** Every process has in the film, after each call, the mappings that it has in the machine. */
function expectSameMappings(trace: Trace): void {
  const player = new FilmPlayer(shootFilm(trace));
  using machine = new Machine(machineOptions(trace, undefined));
  for (const [done, call] of callsOf(trace).entries()) {
    machine.execute(encodeProgram({ ...trace, items: [call] }));
    player.seek(done + 1);
    const inFilm = player
      .mms()
      .map(({ name }) => [name, player.mappings(name).map((row) => `${hex(row.start)} ${hex(row.end)} ${row.flags}`)]);
    const inMachine = machine.processes.map((mm) => [`mm${mm.number}`, mm.mappings().map(rowOf)]);
    if (JSON.stringify(inFilm) !== JSON.stringify(inMachine)) expect([call, inFilm]).toEqual([call, inMachine]);
    if (machine.bug) break;
  }
}

/** A program that is about little but mappings; the same seed makes the same. */
function mappingProgram(seed: number, calls: number, kernel: string): Trace {
  let state = seed;
  const below = (limit: number) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
  const PAGE = 0x1000n;
  const place = () => 0x10000000000n + BigInt(below(40)) * PAGE;
  const length = () => BigInt(1 + below(8)) * PAGE;
  let mm = 0;
  const kinds = [
    () => `mmap(mm${mm}, ${hex(place())}, ${hex(length())}, 0x${below(8)}, ${below(4)})`,
    () => `munmap(mm${mm}, ${hex(place())}, ${hex(length())})`,
    () => `mprotect(mm${mm}, ${hex(place())}, ${hex(length())}, 0x${below(8)})`,
    () => `mremap(mm${mm}, ${hex(place())}, ${hex(length())}, ${hex(place())}, ${hex(length())})`,
    () => `madvise(mm${mm}, ${hex(place())}, ${hex(length())}, 4)`,
    () => `store(mm${mm}, ${hex(place())}, 0x1)`,
    // the stack grows
    () => `store(mm${mm}, ${hex(2n ** 42n - BigInt(1 + below(200)) * PAGE)}, 0x1)`,
    () => `mmap_huge(mm${mm}, ${hex(0x20000000000n + BigInt(below(4)) * 0x100000n)}, 0x100000, 0x3)`,
    () => `fork(mm${mm})`,
    () => `s390_enable_sie(mm${mm})`,
  ];
  const lines: string[] = [];
  while (lines.length < calls) {
    if (below(60) === 0) lines.push(below(2) ? `exit(mm${mm})` : 'fork(mm0)', `exec() = mm${++mm}`);
    else lines.push((kinds[below(kinds.length)] as () => string)());
  }
  return parseTrace(traceText(`# kernel: ${kernel}`, ...lines));
}

/** What a film costs: rows of mappings that are read, and values that are put into its maps. */
function workOf(trace: Trace): { rows: number; values: number } {
  const work = { rows: 0, values: 0 };
  native.mmAt; // the addon is loaded, and `native` is it
  const { readMapping, readMappings } = native;
  const counted: { -readonly [Name in keyof Native]?: Native[Name] } = native;
  counted.readMapping = (...args) => {
    work.rows++;
    return readMapping(...args);
  };
  counted.readMappings = (mm, words) => {
    work.rows += words.length / 3;
    return readMappings(mm, words);
  };
  const { set } = PatchBook.prototype;
  PatchBook.prototype.set = function (...args) {
    work.values++;
    set.apply(this, args);
  };
  try {
    shootFilm(trace);
  } finally {
    Object.assign(native, { readMapping, readMappings });
    PatchBook.prototype.set = set;
  }
  return work;
}

const separate = (count: number) =>
  parseTrace(
    traceText(
      ...Array.from(
        { length: count },
        (_, i) => `mmap(mm0, ${hex(0x10000000000n + BigInt(i) * 0x2000n)}, 0x1000, 0x3, 0)`,
      ),
    ),
  );

describe('the mappings of a film', () => {
  it.each(['4.7', '6.1'])('are those of the machine, in random programs of %s', (kernel) => {
    for (let seed = 1; seed <= 12; seed++) expectSameMappings(mappingProgram(seed, 250, kernel));
  });

  it('are those of the machine, in recordings', () => {
    for (const { name, text } of recordings.filter((_, i) => i % 12 === 0)) expectSameMappings(parseTrace(text, name));
  });

  it('are read where a call changed them', () => {
    const total = ({ rows, values }: ReturnType<typeof workOf>) => rows + values;
    const [few, many] = [workOf(separate(300)), workOf(separate(1200))];
    expect(few.rows).toBeGreaterThan(300);
    expect(few.rows).toBeLessThan(20 * 300);
    // Four times as many may cost six times as much, and three times what other calls do.
    expect(total(many)).toBeLessThan(6 * total(few));
    expect(total(many)).toBeLessThan(3 * total(workOf(randomProgram(1, 1200))));
  });
});

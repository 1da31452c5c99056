// SPDX-License-Identifier: GPL-2.0-only
/** Commands for fast-check's model runs. */
import fc from 'fast-check';
import { checkText, number, optional, takeOptions } from '../arguments.js';
import type { Gmap } from '../machine/gmap.js';
import { type FailureCode, type Result, unwrap } from '../machine/result.js';
import { SEGMENT } from '../programs/random/world.js';
import { DEFAULT_KERNEL } from '../trace/kernel.js';
import { hex } from '../trace/words.js';
import { length } from './addresses.js';
import { from, guestByte, hostSegment, limit, to } from './arguments.js';
import { GuestModel, type Model, type Real } from './model.js';

/** A call of a machine that the model predicts. */
export type GmapCommand = fc.Command<Model, Real>;

/** Which commands. */
export interface CommandsOptions {
  /** Commands of a run at most, from 0 on. Default 30. */
  readonly maxCommands?: number;
  /** What fast-check printed of a failed run, to repeat it with its seed and path. */
  readonly replayPath?: string;
}

/**
 * Commands that make, free, map, unmap and fault guests, ask for translations, and change the memory of their process. Each
 * compares what the machine answers with what the model says, and throws an Error if that differs, or a KernelError if an
 * invariant of the machine does not hold. {@link setup} makes what a run begins with.
 *
 * ```ts
 * using machine = new Machine({ kernel: '6.1' });
 * fc.assert(fc.property(commands({ maxCommands: 50 }), (calls) => fc.modelRun(() => setup(machine), calls)));
 * ```
 */
export function commands(options: CommandsOptions = {}): fc.Arbitrary<Iterable<GmapCommand>> {
  const { maxCommands = 30, replayPath } = takeOptions<CommandsOptions>('commands: options', options, {
    maxCommands: optional(number(0, 0x7fff_ffff)),
    replayPath: optional(checkText),
  });
  return fc.commands<Model, Real>(often, {
    maxCommands,
    size: 'max',
    ...(replayPath === undefined ? {} : { replayPath }),
  });
}

/** Guests that live at once. */
const MAX_GUESTS = 3;

class Command implements GmapCommand {
  readonly #text: string;
  readonly #canRun: (model: Readonly<Model>) => boolean;
  readonly #run: (model: Model, real: Real) => void;

  /** `text`: the call as traces have it. */
  constructor(text: string, canRun: (model: Readonly<Model>) => boolean, run: (model: Model, real: Real) => void) {
    this.#text = text;
    this.#canRun = canRun;
    this.#run = run;
  }

  check(model: Readonly<Model>): boolean {
    return this.#canRun(model);
  }

  run(model: Model, real: Real): void {
    try {
      this.#run(model, real);
    } catch (error) {
      throw new Error(`${this.#text}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    unwrap(real.machine.check());
  }

  toString(): string {
    return this.#text;
  }
}

/** What fast-check says of a failed run has the command, too. */
function expectSame(answered: string, predicted: string): void {
  if (answered !== predicted) throw new Error(`the machine answers ${answered}, the model ${predicted}`);
}

function printed(result: Result<unknown, FailureCode>): string {
  if (!result.ok) return `-${result.error.code}`;
  return typeof result.value === 'bigint' ? hex(result.value) : '0';
}

/** On the i-th of the guests that live. */
function onGuest(i: number, text: string, run: (guest: GuestModel, gmap: Gmap, model: Model) => void): GmapCommand {
  return new Command(
    text,
    ({ guests }) => i < guests.length,
    (model, { gmaps }) => {
      const guest = model.guests[i];
      const gmap = gmaps[i];
      if (guest && gmap) run(guest, gmap, model);
    },
  );
}

const index = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat({ max: MAX_GUESTS - 1 }) },
);
const segmentCount = fc.bigInt(1n, 3n);
const segmentLength = length({ unit: SEGMENT });

const alloc = limit.map(
  (highest) =>
    new Command(
      `gmap_alloc(mm0, ${hex(highest)})`,
      ({ guests }) => guests.length < MAX_GUESTS,
      (model, { machine, mm, gmaps }) => {
        const isFirst = machine.kernel === DEFAULT_KERNEL;
        gmaps.push(unwrap(isFirst ? mm.allocGmap(highest) : mm.createGmap(highest)));
        model.guests.push(new GuestModel(highest));
      },
    ),
);

const free = index.map(
  (i) =>
    new Command(
      `gmap_free(g${i})`,
      ({ guests }) => i < guests.length,
      (model, { gmaps }) => {
        for (const gmap of gmaps.splice(i, 1)) gmap.close();
        model.guests.splice(i, 1);
      },
    ),
);

const map = fc
  .tuple(index, from, to, segmentLength)
  .map(([i, host, gaddr, bytes]) =>
    onGuest(i, `gmap_map_segment(g${i}, ${hex(host)}, ${hex(gaddr)}, ${hex(bytes)})`, (guest, gmap) =>
      expectSame(printed(gmap.mapSegment({ from: host, to: gaddr, length: bytes })), guest.map(host, gaddr, bytes)),
    ),
  );

const unmap = fc
  .tuple(index, to, segmentLength)
  .map(([i, gaddr, bytes]) =>
    onGuest(i, `gmap_unmap_segment(g${i}, ${hex(gaddr)}, ${hex(bytes)})`, (guest, gmap) =>
      expectSame(printed(gmap.unmapSegment({ to: gaddr, length: bytes })), guest.unmap(gaddr, bytes)),
    ),
  );

const translate = fc
  .tuple(index, guestByte)
  .map(([i, gaddr]) =>
    onGuest(i, `gmap_translate(g${i}, ${hex(gaddr)})`, (guest, gmap) =>
      expectSame(printed(gmap.translate(gaddr)), guest.translate(gaddr)),
    ),
  );

const fault = fc
  .tuple(index, guestByte, fc.boolean())
  .map(([i, gaddr, write]) =>
    onGuest(i, `gmap_fault(g${i}, ${hex(gaddr)}, ${write ? '0x1' : '0x0'})`, (guest, gmap, model) =>
      expectSame(printed(gmap.fault(gaddr, { write })), model.fault(guest, gaddr, write)),
    ),
  );

const mmap = fc.tuple(hostSegment, segmentCount, fc.boolean()).map(
  ([address, count, readOnly]) =>
    new Command(
      `mmap(mm0, ${hex(address)}, ${hex(count * SEGMENT)}, ${readOnly ? '0x1' : '0x3'}, 0)`,
      () => true,
      (model, { mm }) =>
        expectSame(
          printed(mm.mmap({ address, length: count * SEGMENT, write: !readOnly })),
          model.mmap(address, count, !readOnly),
        ),
    ),
);

const munmap = fc.tuple(hostSegment, segmentCount).map(
  ([address, count]) =>
    new Command(
      `munmap(mm0, ${hex(address)}, ${hex(count * SEGMENT)})`,
      () => true,
      (model, { mm }) => expectSame(printed(mm.munmap(address, count * SEGMENT)), model.munmap(address, count)),
    ),
);

/** How often each is chosen: guests and memory live long enough to meet. */
const often = (
  [
    [alloc, 2],
    [free, 1],
    [map, 8],
    [unmap, 2],
    [translate, 3],
    [fault, 10],
    [mmap, 4],
    [munmap, 1],
  ] as const
).flatMap(([arbitrary, times]) => Array.from({ length: times }, () => arbitrary));

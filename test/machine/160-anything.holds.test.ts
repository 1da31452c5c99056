// SPDX-License-Identifier: GPL-2.0-only
/** Random calls with random arguments, wrong ones among them: a result or one of our errors, and the invariants hold. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Gmap,
  GmapError,
  type IpteNotifier,
  injectKinds,
  type Kernel,
  Machine,
  type Mm,
  notifyProtections,
  pageUsages,
  type Snapshot,
} from '../../lib/index.js';
import { HOST, PAGE, SEGMENT } from './fixture.js';

/** What the calls of one run work on: everything that was ever made, closed or not. */
interface World {
  readonly machine: Machine;
  readonly mms: Mm[];
  readonly gmaps: Gmap[];
  readonly notifiers: IpteNotifier[];
  readonly snapshots: Snapshot[];
}

type Call = (world: World) => unknown;

const nearby = fc
  .tuple(
    fc.constantFrom(0n, HOST, 2n ** 31n, 2n ** 42n, 2n ** 53n, 2n ** 64n),
    fc.bigInt(-8n, 8n),
    fc.constantFrom(PAGE, SEGMENT),
  )
  .map(([base, n, unit]) => BigInt.asUintN(64, base + n * unit));
const good = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(0n, 4n).map((n) => n * SEGMENT) },
  { weight: 6, arbitrary: fc.bigInt(0n, 16n).map((n) => HOST + n * PAGE) },
  { weight: 3, arbitrary: fc.bigInt(0n, 8n).map((n) => HOST + n * SEGMENT) },
  { weight: 2, arbitrary: nearby },
  { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 64n - 1n) },
);
const bad = fc.oneof(
  fc.bigInt(-(2n ** 65n), -1n),
  fc.bigInt(2n ** 64n, 2n ** 66n),
  fc.anything(),
) as fc.Arbitrary<bigint>;
const word = fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: bad });
const flag = fc.oneof(
  { weight: 30, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.anything() as fc.Arbitrary<boolean> },
);
const number = fc.oneof(
  { weight: 30, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.anything() as fc.Arbitrary<number> },
);
const pick = fc.nat(1000);

/** What the test itself does with a number must not throw: what is none is handed on as it is. */
const onNumber = <Value>(n: number, use: (n: number) => Value): Value =>
  typeof n === 'number' ? use(n) : (n as unknown as Value);

/** Any of them, or nothing to do. */
function withOne<Item>(items: readonly Item[], which: number, use: (item: Item) => unknown): unknown {
  const item = items[typeof which === 'number' ? which % (items.length || 1) : 0];
  return item === undefined ? undefined : use(item);
}

/** A call that counterexamples print as its source and arguments. */
function printed(use: { toString(): string }, args: readonly unknown[], call: Call): Call {
  return Object.assign(call, { [fc.toStringMethod]: () => `${use} with ${fc.stringify(args)}` });
}

function onGmap(use: (gmap: Gmap, a: bigint, b: bigint, c: bigint, on: boolean) => unknown): fc.Arbitrary<Call> {
  return fc.tuple(pick, word, word, word, flag).map((args) => {
    const [which, a, b, c, on] = args;
    return printed(use, args, (world) => withOne(world.gmaps, which, (gmap) => use(gmap, a, b, c, on)));
  });
}

function onMm(
  use: (mm: Mm, a: bigint, b: bigint, on: boolean, n: number, world: World) => unknown,
): fc.Arbitrary<Call> {
  return fc.tuple(pick, word, word, flag, number).map((args) => {
    const [which, a, b, on, n] = args;
    return printed(use, args, (world) => withOne(world.mms, which, (mm) => use(mm, a, b, on, n, world)));
  });
}

function onMachine(use: (world: World, n: number, on: boolean) => unknown): fc.Arbitrary<Call> {
  return fc.tuple(number, flag).map((args) => printed(use, args, (world) => use(world, ...args)));
}

const often = fc.oneof(
  onGmap((gmap, from, to, length) => gmap.mapSegment({ from, to, length })),
  onGmap((gmap, to) => gmap.mapSegment({ from: HOST, to, length: SEGMENT })),
  onGmap((gmap, to, length) => gmap.unmapSegment({ to, length })),
  onGmap((gmap, gaddr) => gmap.translate(gaddr)),
  onGmap((gmap, gaddr, _b, _c, write) => gmap.fault(gaddr, { write })),
  onGmap((gmap, gaddr, vmaddr) => gmap.link(gaddr, vmaddr)),
  onGmap((gmap, gaddr) => gmap.segmentGaddr(gaddr)),
  onGmap((gmap, vmaddr) => gmap.unlinkByVmaddr(vmaddr)),
  onGmap((gmap, gaddr) => gmap.unmapByGaddr(gaddr)),
  onGmap((gmap, from, to) => gmap.discard(from, to)),
  onGmap((gmap, gaddr) => gmap.zap(gaddr)),
  onGmap((gmap, gaddr) => gmap.ipteNotify(gaddr, PAGE)),
  onGmap((gmap, gaddr, length) => gmap.ipteNotify(gaddr, length)),
  onGmap((gmap, gaddr) => gmap.mprotectNotify(gaddr, PAGE)),
  onGmap((gmap, gaddr, length, which) =>
    gmap.mprotectNotify(
      gaddr,
      length,
      typeof which === 'bigint' ? notifyProtections[Number((which / PAGE) % 4n)] : which,
    ),
  ),
  onGmap((gmap, gaddr, _b, _c, fault) => gmap.load(gaddr, { fault })),
  onGmap((gmap, gaddr, value, _c, fault) => gmap.store(gaddr, value, { fault })),
  onGmap((gmap, gaddr, _b, _c, store) => gmap.walk(gaddr, { store })),
  onGmap((gmap) => gmap.enable()),
  onGmap((gmap) => gmap.disable()),
  onGmap((gmap) => [gmap.asce, gmap.asceEnd, gmap.tables, gmap.mm, gmap.references, gmap.isListed]),
  onMm((mm, limit, _b, _on, _n, world) => {
    const result = mm.allocGmap(limit);
    if (result.ok) world.gmaps.push(result.value);
  }),
  onMm((mm, limit, _b, _on, _n, world) => {
    const result = mm.createGmap(limit);
    if (result.ok) world.gmaps.push(result.value);
  }),
  onMm((mm, address, length, shared) => mm.mmap({ address, length, shared })),
  onMm((mm, address, _length, noReserve) => mm.mmap({ address, length: SEGMENT, noReserve })),
  onMm((mm, address, length, huge) => mm.mmap({ address, length, huge })),
  onMm((mm, address, length) => mm.munmap(address, length)),
  onMm((mm, address, length, write) => mm.mprotect(address, length, { read: true, write, exec: false })),
  onMm((mm, address, length) => mm.dontNeed(address, length)),
  onMm((mm, from, to) => mm.mremap({ from, length: 2n * PAGE, to })),
  onMm((mm, address) => mm.load(address)),
  onMm((mm, address, value) => mm.store(address, value)),
  onMm((mm) => mm.fork()),
  onMm((mm, address) => mm.swapOut(address)),
  onMm((mm, address) => mm.clearYoung(address)),
  onMm((mm) => mm.enableSie()),
  onMm((mm) => mm.enableSkey()),
  onMm((mm) => mm.resetCmma()),
  onMm((mm, address, _b, nonQuiescing, n) =>
    mm.setGuestStorageKey(
      address,
      onNumber(n, (n) => n * 16),
      { nonQuiescing },
    ),
  ),
  onMm((mm, address) => mm.getGuestStorageKey(address)),
  onMm((mm, address, _b, ignoreReferenced, n, world) =>
    mm.condSetGuestStorageKey(
      address,
      onNumber(n, (n) => n * 2),
      { ignoreReferenced, ignoreChanged: world.mms.length > 1 },
    ),
  ),
  onMm((mm, address) => mm.resetGuestReferenceBit(address)),
  onMm((mm, address) => mm.testAndClearGuestDirty(address)),
  onMm((mm, address) => mm.testAndClearUc(address)),
  onMm((mm, address, _b, _on, n) =>
    mm.essaSetUsage(
      address,
      onNumber(n, (n) => pageUsages[n] ?? 'stable'),
    ),
  ),
  onMm((mm, address, _b, zero) => mm.essaSetZero(address, zero)),
  onMm((mm, address) => mm.notify(address)),
  onMm((mm, address, bits) => mm.notify(address, bits)),
  onMm((mm, address) => mm.unlink(address)),
  onMm((mm) => mm.thpSplit()),
  onMm((mm, address, _b, store) => mm.walk(address, { store })),
  onMm((mm) => [mm.asce, mm.asceLimit, mm.hasPgstes, mm.gmaps()]),
);

const seldom = fc.oneof(
  onGmap((gmap) => gmap.free()),
  onGmap((gmap) => gmap.remove()),
  onGmap((gmap) => gmap.get()),
  onGmap((gmap) => gmap.put()),
  onGmap((gmap) => gmap.close()),
  onMm((mm) => mm.exit()),
  onMm((mm, _a, _b, _on, cpu) => mm.attach(cpu)),
  onMm((mm, _a, _b, _on, cpu) => mm.detach(cpu)),
  onMachine(({ machine, mms }) => {
    const result = machine.exec();
    if (result.ok) mms.push(result.value);
  }),
  onMachine(({ machine }, cpu) => {
    machine.currentCpu = cpu;
  }),
  onMachine(({ machine }, _n, on) => {
    machine.sysctlAllocatePgste = on;
  }),
  onMachine(({ machine }, n) =>
    machine.inject(
      onNumber(n, (n) => injectKinds[n + 1] ?? 'none'),
      onNumber(n, (n) => n + 1),
    ),
  ),
  onMachine(({ machine }) => machine.reset()),
  onMachine(({ machine, snapshots }) => snapshots.push(machine.snapshot())),
  onMachine(({ machine, snapshots }, n) => withOne(snapshots, n, (snapshot) => machine.restore(snapshot))),
  onMachine(({ snapshots }, n) => withOne(snapshots, n, (snapshot) => snapshot.close())),
  onMachine(({ machine, notifiers, gmaps }) => notifiers.push(machine.onPteInvalidation((gmap) => gmaps.push(gmap)))),
  onMachine(({ machine, notifiers }) =>
    notifiers.push(
      machine.createNotifier(() => {
        throw new GmapError('ERR_GMAP_CALLBACK');
      }),
    ),
  ),
  onMachine(({ notifiers }, n) => withOne(notifiers, n, (notifier) => notifier.register())),
  onMachine(({ notifiers }, n) => withOne(notifiers, n, (notifier) => notifier.unregister())),
  onMachine(({ notifiers }, n) => withOne(notifiers, n, (notifier) => notifier.close())),
  onMachine(({ machine, gmaps }) =>
    machine.onMmapSemDropped(() => withOne(gmaps, 0, (gmap) => gmap.unmapSegment({ to: 0n, length: SEGMENT }))),
  ),
  onMachine(({ machine, mms, gmaps }) => {
    mms.push(...machine.processes);
    gmaps.push(...machine.mm.gmaps());
  }),
  onMachine(({ machine }, _n, on) => machine.recordEvents(on)),
  onMachine(({ machine }) => machine.takeEvents()),
  onMachine(({ machine }, n) => machine.readStorage(0x1000n, n)),
  fc.uint8Array({ maxLength: 400 }).map(
    (program): Call =>
      (world) =>
        world.machine.execute(program),
  ),
);

const calls = fc.array(fc.oneof({ weight: 5, arbitrary: often }, { weight: 1, arbitrary: seldom }), {
  maxLength: 80,
  size: 'max',
});

const kernel = fc.constantFrom<Kernel[]>('linux-4.7', 'linux-6.1', 'linux-6.12');

/** Of the function, or the property, that was used wrongly. */
const BEGINS_WITH_NAME = /^([\w.]+: .*(must be|storage)|(currentCpu|sysctlAllocatePgste) must be)/;

function isOurs(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isOurs);
  if (error instanceof GmapError) return true;
  return (error instanceof TypeError || error instanceof RangeError) && BEGINS_WITH_NAME.test(error.message);
}

it('nothing but our errors is thrown, and every invariant holds', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(calls, fc.boolean(), kernel, (calls, prepared, kernel) => {
      using machine = new Machine({ kernel, storageLimit: 2 ** 22, cpus: 3, maxSegments: 64 });
      const world: World = { machine, mms: [machine.mm], gmaps: [], notifiers: [], snapshots: [] };
      if (prepared) {
        machine.mm.enableSie();
        machine.mm.mmap({ address: HOST, length: 4n * SEGMENT });
        const gmap = kernel === 'linux-4.7' ? machine.mm.allocGmap(0n) : machine.mm.createGmap(0n);
        if (gmap.ok) world.gmaps.push(gmap.value);
      }
      for (const call of calls) {
        try {
          call(world);
        } catch (error) {
          if (!isOurs(error)) throw error;
        }
        if (machine.bug) {
          if (['lock', 'left_held', 'check', 'host_memory', 'storage_address'].includes(machine.bug.place))
            throw new Error(`a check of the model: ${machine.bug.message}`);
          machine.reset();
        }
      }
      expect(machine.check()).toMatchObject({ ok: true });
    }),
    { numRuns: Number(process.env.GMAP_RUNS ?? 2000) },
  );
});

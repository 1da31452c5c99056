// SPDX-License-Identifier: GPL-2.0-only
/** Callbacks that do what they should not. */
import { describe, expect, it } from 'vitest';
import { GmapError, unwrap } from '../../lib/index.js';
import { expectGmapError, type Guest, HOST, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from './fixture.js';

/** A guest whose first page is linked, so that mm.notify(HOST) calls every registered notifier once. */
function linkedGuest(): Guest {
  const guest = newGuest();
  unwrap(guest.gmap.fault(0n));
  return guest;
}

describe('inside a notifier callback', () => {
  it('what the kernel forbids is refused, and changes nothing', () => {
    const guest = linkedGuest();
    const { machine, mm, gmap } = guest;
    const notifier = machine.createNotifier(() => {});
    const snapshot = machine.snapshot();
    const calls: Record<string, () => unknown> = {
      'gmap.translate': () => gmap.translate(0n),
      'gmap.mapSegment': () => gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }),
      'gmap.unmapSegment': () => gmap.unmapSegment({ to: 0n, length: SEGMENT }),
      'gmap.fault': () => gmap.fault(0n),
      'gmap.link': () => gmap.link(0n, HOST),
      'gmap.unlinkByVmaddr': () => gmap.unlinkByVmaddr(HOST),
      'gmap.unmapByGaddr': () => gmap.unmapByGaddr(0n),
      'gmap.discard': () => gmap.discard(0n, PAGE),
      'gmap.zap': () => gmap.zap(0n),
      'gmap.ipteNotify': () => gmap.ipteNotify(0n, PAGE),
      'gmap.load': () => gmap.load(0n),
      'gmap.store': () => gmap.store(0n, 1n, { fault: true }),
      'gmap.free': () => gmap.free(),
      'gmap.close': () => gmap.close(),
      'mm.allocGmap': () => mm.allocGmap(0n),
      'mm.load': () => mm.load(HOST),
      'mm.munmap': () => mm.munmap(HOST, SEGMENT),
      'mm.exit': () => mm.exit(),
      'mm.notify': () => mm.notify(HOST),
      'notifier.register': () => notifier.register(),
      'notifier.unregister': () => notifier.unregister(),
      'notifier.close': () => notifier.close(),
      'machine.createNotifier': () => machine.createNotifier(() => {}),
      'machine.exec': () => machine.exec(),
      'machine.inject': () => machine.inject('kzalloc'),
      'machine.execute': () => machine.execute(new Uint8Array(64)),
      'machine.reset': () => machine.reset(),
      'machine.snapshot': () => machine.snapshot(),
      'machine.restore': () => machine.restore(snapshot),
      'snapshot.close': () => snapshot.close(),
      'machine.check': () => machine.check(),
      'machine.recordEvents': () => machine.recordEvents(true),
      'machine.takeEvents': () => machine.takeEvents(),
      'machine.close': () => machine.close(),
    };
    const refused: string[] = [];
    machine.onPteInvalidation(() => {
      for (const [name, call] of Object.entries(calls)) {
        const error = thrownBy(call);
        if (error instanceof GmapError && error.code === 'ERR_GMAP_IN_CALLBACK') refused.push(name);
      }
    });
    const before = machine.counts();
    mm.notify(HOST);
    expect(refused).toEqual(Object.keys(calls));
    expect(machine.counts()).toEqual(before);
    expect(machine.check().ok).toBe(true);
    machine.restore(snapshot);
    notifier.close();
  });

  it('what only looks, and what takes no lock, is possible', () => {
    const { machine, mm, gmap } = linkedGuest();
    const seen: unknown[] = [];
    machine.onPteInvalidation((invalidated, gaddr) => {
      gmap.enable();
      gmap.disable();
      seen.push(
        unwrap(invalidated.segmentGaddr(gaddr)),
        mm.gmaps(),
        machine.processes,
        gmap.mm,
        gmap.asceEnd,
        mm.asceLimit,
        machine.counts().gmaps,
        gmap.walk(0n).ok,
        mm.walk(HOST).ok,
        machine.readStorage(0n, 8).length,
        machine.storageKey(0n),
        machine.currentCpu,
        machine.bug,
      );
    });
    mm.notify(HOST + 0x3000n);
    expect(seen).toEqual([0n, [gmap], [mm], mm, 0x7fff_ffffn, 2n ** 42n, 1, true, true, 8, 0, 0, undefined]);
  });

  it('other machines can be used, and closed', () => {
    const { machine, mm } = linkedGuest();
    const other = newGuest();
    let calls = 0;
    machine.onPteInvalidation(() => {
      calls++;
      unwrap(other.gmap.store(0n, 7n, { fault: true }));
      expect(unwrap(other.gmap.load(0n))).toBe(7n);
      other.machine.close();
      newMachine().close();
    });
    mm.notify(HOST);
    expect(calls).toBe(1);
    expectGmapError(() => other.gmap.load(0n), 'ERR_GMAP_CLOSED');
  });

  it('callbacks of another machine can run, and throw, on their own account', () => {
    const { machine, mm } = linkedGuest();
    const other = linkedGuest();
    other.machine.onPteInvalidation(() => {
      throw new Error('inner');
    });
    let caught: unknown;
    machine.onPteInvalidation(() => {
      caught = thrownBy(() => other.mm.notify(HOST));
    });
    mm.notify(HOST);
    expect(caught).toMatchObject({ message: 'inner' });
  });

  it('what came after 4.7 is refused too', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    unwrap(gmap.fault(0n));
    let refused = 0;
    machine.onPteInvalidation(() => {
      for (const call of [
        () => gmap.close(),
        () => gmap.remove(),
        () => gmap.get(),
        () => gmap.put(),
        () => gmap.mprotectNotify(0n, PAGE),
        () => mm.createGmap(0n),
        () => mm.condSetGuestStorageKey(HOST, 0),
        () => mm.resetGuestReferenceBit(HOST),
        () => mm.testAndClearUc(HOST),
      ]) {
        expectGmapError(call, 'ERR_GMAP_IN_CALLBACK');
        refused++;
      }
      expect([gmap.references, gmap.isListed]).toEqual([1, true]);
    });
    mm.notify(HOST);
    expect(refused).toBe(9);
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
  });
});

describe('a callback that throws', () => {
  it('does not keep the kernel from finishing; then the call throws it', () => {
    const { machine, mm, gmap } = newGuest();
    const calls: string[] = [];
    machine.onPteInvalidation(() => calls.push('last'));
    const thrown = new Error('first');
    machine.onPteInvalidation(() => {
      calls.push('first');
      throw thrown;
    });
    unwrap(gmap.ipteNotify(0n, PAGE));
    unwrap(mm.store(HOST, 7n));
    expect(thrownBy(() => mm.munmap(HOST, SEGMENT))).toBe(thrown);
    expect(calls).toEqual(['first', 'last']);
    // As if the callback had returned: the memory is gone, and the next call is as usual.
    expect(mm.load(HOST)).toMatchObject({ ok: false });
    expect(machine.check().ok).toBe(true);
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
  });

  it('is one of several: all are thrown, as an AggregateError', () => {
    const { machine, mm, gmap } = newGuest();
    for (const text of ['a', 'b'])
      machine.onPteInvalidation((_, gaddr) => {
        throw new Error(`${text} ${gaddr}`);
      });
    unwrap(gmap.ipteNotify(0n, 2n * PAGE));
    const error = thrownBy(() => mm.dontNeed(HOST, SEGMENT));
    expect(error).toBeInstanceOf(AggregateError);
    const messages = (error as AggregateError).errors.map((one: Error) => one.message);
    expect(messages).toEqual(['b 0', 'a 0', 'b 4096', 'a 4096']);
  });

  it.each([undefined, null, 0, 'text', Symbol.iterator])('can throw %s', (value) => {
    const { machine, mm } = linkedGuest();
    machine.onPteInvalidation(() => {
      throw value;
    });
    let caught: unknown = 'nothing';
    try {
      mm.notify(HOST);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(value);
  });

  it('in a program: the program runs on, and execute throws', () => {
    const { machine } = linkedGuest();
    let calls = 0;
    machine.onPteInvalidation(() => {
      calls++;
      throw new Error(`call ${calls}`);
    });
    // ptep_notify(mm0, HOST) twice; 19 is its place in ops.def
    const notify = [19n | (0xffff_ffffn << 32n), 0n, HOST, 2n ** 64n - 1n];
    const program = new Uint8Array(BigUint64Array.from([...notify, ...notify]).buffer);
    expect(thrownBy(() => machine.execute(program))).toMatchObject({
      errors: [{ message: 'call 1' }, { message: 'call 2' }],
    });
    expect(calls).toBe(2);
  });

  it('in a guest access', () => {
    const { machine, gmap } = newGuest();
    machine.inject('fixup_retry');
    machine.onMmapSemDropped(() => {
      throw new Error('in a store');
    });
    expect(() => gmap.store(0n, 7n, { fault: true })).toThrow('in a store');
    expect(unwrap(gmap.load(0n))).toBe(7n);
  });

  it('because the stack is exhausted is an error as well', () => {
    const { machine, mm } = linkedGuest();
    let depth = 0;
    const recurse = (): void => {
      depth++;
      recurse();
    };
    machine.onPteInvalidation(recurse);
    expect(thrownBy(() => mm.notify(HOST))).toBeInstanceOf(RangeError);
    expect(depth).toBeGreaterThan(1000);
    expect(machine.check().ok).toBe(true);
  });

  it('because it calls back in without end is one too', () => {
    const { machine, gmap } = newGuest();
    let depth = 0;
    machine.onMmapSemDropped(() => {
      depth++;
      machine.inject('fixup_retry');
      unwrap(gmap.fault(0n));
    });
    machine.inject('fixup_retry');
    const error = thrownBy(() => gmap.fault(0n));
    expect(error instanceof RangeError || (error instanceof GmapError && error.code === 'ERR_GMAP_CALLBACK')).toBe(
      true,
    );
    expect(depth).toBeGreaterThan(100);
    machine.onMmapSemDropped(undefined);
    machine.inject('none');
    unwrap(gmap.fault(0n));
    expect(machine.check().ok).toBe(true);
  });

  it('throws nothing into the next call', () => {
    const { machine, mm, gmap } = linkedGuest();
    const notifier = machine.onPteInvalidation(() => {
      throw new Error('once');
    });
    expect(() => mm.notify(HOST)).toThrow('once');
    unwrap(notifier.unregister());
    mm.notify(HOST);
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
  });
});

describe('while mmap_sem is dropped', () => {
  it('mappings can change, as by another thread', () => {
    const { machine, mm, gmap } = newGuest();
    machine.inject('fixup_retry');
    let calls = 0;
    machine.onMmapSemDropped(() => {
      calls++;
      unwrap(mm.munmap(HOST, SEGMENT));
      unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
      unwrap(mm.store(HOST, 7n));
      const other = unwrap(mm.allocGmap(0n));
      unwrap(other.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
      unwrap(other.fault(0n));
    });
    unwrap(gmap.fault(0n));
    expect(calls).toBe(1);
    expect(unwrap(gmap.load(0n))).toBe(7n);
    expect(machine.check().ok).toBe(true);
  });

  it('gmaps cannot be freed nor processes exit, and the machine must stay as it is', () => {
    const { machine, mm, gmap } = newGuest();
    const snapshot = machine.snapshot();
    machine.inject('fixup_retry');
    const refused: string[] = [];
    machine.onMmapSemDropped(() => {
      for (const call of [
        () => gmap.free(),
        () => gmap.close(),
        () => mm.exit(),
        () => machine.close(),
        () => machine.reset(),
        () => machine.restore(snapshot),
        () => machine.snapshot(),
        () => machine.execute(new Uint8Array(8)),
      ])
        refused.push(expectGmapError(call, 'ERR_GMAP_IN_CALLBACK'));
    });
    unwrap(gmap.fault(0n));
    expect(refused).toHaveLength(8);
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
  });

  it('another fault can drop it again', () => {
    const { machine, gmap } = newGuest();
    let depth = 0;
    let deepest = 0;
    machine.onMmapSemDropped(() => {
      depth++;
      deepest = Math.max(deepest, depth);
      if (depth < 5) {
        machine.inject('fixup_retry');
        unwrap(gmap.fault(BigInt(depth) * PAGE));
      }
      depth--;
    });
    machine.inject('fixup_retry');
    unwrap(gmap.fault(0n));
    expect(deepest).toBe(5);
  });

  it('a BUG ends the outer call too', () => {
    const { machine, gmap } = newGuest();
    machine.inject('fixup_retry');
    let inner: unknown;
    machine.onMmapSemDropped(() => {
      inner = gmap.link(0n, 2n ** 45n);
    });
    expect(gmap.ipteNotify(0n, PAGE)).toMatchObject({ ok: false, error: { code: 'BUG', place: 'pmd_none' } });
    expect(inner).toMatchObject({ ok: false, error: { code: 'BUG' } });
    machine.reset();
    expect(machine.check().ok).toBe(true);
  });

  it('what inner calls throw stays there, what the callback throws reaches the outer call', () => {
    const { machine, mm, gmap } = linkedGuest();
    machine.onPteInvalidation(() => {
      throw new Error('notifier');
    });
    machine.inject('fixup_retry');
    let inner: unknown;
    machine.onMmapSemDropped(() => {
      inner = thrownBy(() => mm.notify(HOST));
      throw new Error('dropped');
    });
    expect(thrownBy(() => gmap.fault(PAGE))).toMatchObject({ message: 'dropped' });
    expect(inner).toMatchObject({ message: 'notifier' });
  });

  it('nobody needs to be told', () => {
    const { machine, gmap } = newGuest();
    machine.onMmapSemDropped(() => expect.fail('was removed'));
    machine.onMmapSemDropped(undefined);
    machine.inject('fixup_retry');
    unwrap(gmap.fault(0n));
  });

  it('gmaps cannot be removed, nor references given up, after 4.7', () => {
    const { machine, gmap } = newGuest({ kernel: '6.1' });
    gmap.get();
    const refused: string[] = [];
    machine.inject('fixup_retry');
    machine.onMmapSemDropped(() => {
      for (const call of [() => gmap.remove(), () => gmap.put(), () => gmap.close()])
        refused.push(expectGmapError(call, 'ERR_GMAP_IN_CALLBACK'));
    });
    unwrap(gmap.fault(0n));
    expect(refused).toHaveLength(3);
    expect([gmap.references, gmap.isListed]).toEqual([2, true]);
  });
});

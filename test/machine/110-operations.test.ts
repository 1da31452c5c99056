// SPDX-License-Identifier: GPL-2.0-only
// What ops.def says of methods: which makes which call, with which errors as its type, and in which kernels.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ErrorOf, Gmap, IpteNotifier, Machine, Mm, type Result, unwrap } from '../../lib/index.js';
import { operationTable } from '../../lib/trace/operations.js';
import { expectGmapError, type Guest, HOST, laterKernels, newGuest, PAGE } from './fixture.js';

const classes = { MM: Mm, GMAP: Gmap, NOTIFIER: IpteNotifier };

const PGSTE_IN = 0x0000_4000_0000_0000n;

describe('operations', () => {
  it.each(operationTable)('$name has the method that its row names', ({ args, method }) => {
    const form = args[0]?.form;
    const { prototype } = form === 'MM' || form === 'GMAP' || form === 'NOTIFIER' ? classes[form] : Machine;
    if (method !== undefined) expect(Object.getOwnPropertyNames(prototype)).toContain(method);
  });

  it('have no method only where they are about the recording, or the port does not have them', () => {
    const without = operationTable.filter(({ method, kernels }) => method === undefined && kernels !== 'ONLY_BUILT');
    expect(without.map(({ name }) => name)).toEqual(['observe', 'watch']);
  });

  it('tell the types of errors', () => {
    expectTypeOf<ErrorOf<'gmap_fault'>>().toEqualTypeOf<'EFAULT' | 'ENOMEM' | 'EEXIST'>();
    expectTypeOf<ErrorOf<'gmap_discard'>>().toEqualTypeOf<'BUG'>();
    expectTypeOf<ErrorOf<'gmap_enable'>>().toEqualTypeOf<never>();
  });

  it('give methods their types', () => {
    type Returns<Class, Name extends keyof Class> = Class[Name] extends (...args: never) => infer Answer
      ? Answer
      : never;
    type OfGmap<Name extends keyof Gmap> = Returns<Gmap, Name>;
    type OfMm<Name extends keyof Mm> = Returns<Mm, Name>;
    type Notify = 'EINVAL' | 'EFAULT' | 'ENOMEM' | 'EEXIST' | 'BUG';

    expectTypeOf<OfGmap<'mapSegment'>>().toEqualTypeOf<Result<void, 'EINVAL' | 'ENOMEM'>>();
    expectTypeOf<OfGmap<'unmapSegment'>>().toEqualTypeOf<Result<void, 'EINVAL'>>();
    expectTypeOf<OfGmap<'translate'>>().toEqualTypeOf<Result<bigint, 'EFAULT'>>();
    expectTypeOf<OfGmap<'fault'>>().toEqualTypeOf<Result<void, 'EFAULT' | 'ENOMEM' | 'EEXIST'>>();
    expectTypeOf<OfGmap<'link'>>().toEqualTypeOf<Result<void, 'ENOMEM' | 'EFAULT' | 'EEXIST' | 'BUG'>>();
    expectTypeOf<OfGmap<'segmentGaddr'>>().toEqualTypeOf<Result<bigint, 'ENOENT'>>();
    expectTypeOf<OfGmap<'discard'>>().toEqualTypeOf<Result<void, 'BUG'>>();
    expectTypeOf<OfGmap<'zap'>>().toEqualTypeOf<Result<void, 'BUG'>>();
    expectTypeOf<OfGmap<'ipteNotify'>>().toEqualTypeOf<Result<void, Notify>>();
    expectTypeOf<OfGmap<'mprotectNotify'>>().toEqualTypeOf<Result<void, Notify>>();
    expectTypeOf<OfGmap<'remove'>>().toEqualTypeOf<Result<void, 'BUG'>>();
    expectTypeOf<OfGmap<'put'>>().toEqualTypeOf<Result<void, 'BUG'>>();

    expectTypeOf<OfMm<'allocGmap'>>().toEqualTypeOf<Result<Gmap, 'ENOMEM'>>();
    expectTypeOf<OfMm<'createGmap'>>().toEqualTypeOf<Result<Gmap, 'ENOMEM'>>();
    expectTypeOf<OfMm<'enableSie'>>().toEqualTypeOf<Result<void, 'EINVAL'>>();
    expectTypeOf<OfMm<'enableSkey'>>().toEqualTypeOf<Result<void, 'ENOMEM' | 'BUG'>>();
    expectTypeOf<OfMm<'resetCmma'>>().toEqualTypeOf<Result<void, 'BUG'>>();
    expectTypeOf<OfMm<'setGuestStorageKey'>>().toEqualTypeOf<Result<void, 'EFAULT' | 'BUG'>>();
    expectTypeOf<OfMm<'getGuestStorageKey'>>().toEqualTypeOf<Result<number, 'EFAULT' | 'BUG'>>();
    expectTypeOf<OfMm<'condSetGuestStorageKey'>>().toEqualTypeOf<Result<boolean, 'EFAULT' | 'BUG'>>();
    expectTypeOf<OfMm<'resetGuestReferenceBit'>>().toEqualTypeOf<Result<number, 'EFAULT' | 'BUG'>>();
    expectTypeOf<OfMm<'testAndClearUc'>>().toEqualTypeOf<Result<boolean, 'BUG'>>();
    expectTypeOf<OfMm<'testAndClearGuestDirty'>>().toEqualTypeOf<Result<boolean, 'BUG'>>();
    expectTypeOf<OfMm<'mmap'>>().toEqualTypeOf<Result<void, 'EINVAL' | 'ENOMEM'>>();
    expectTypeOf<OfMm<'munmap'>>().toEqualTypeOf<Result<void, 'EINVAL' | 'ENOMEM'>>();
    expectTypeOf<OfMm<'mprotect'>>().toEqualTypeOf<Result<void, 'EINVAL' | 'ENOMEM'>>();
    expectTypeOf<OfMm<'dontNeed'>>().toEqualTypeOf<Result<void, 'EINVAL' | 'ENOMEM'>>();
    expectTypeOf<OfMm<'mremap'>>().toEqualTypeOf<Result<void, 'EINVAL' | 'ENOMEM' | 'EFAULT'>>();
    expectTypeOf<OfMm<'load'>>().toEqualTypeOf<Result<bigint, 'EFAULT'>>();
    expectTypeOf<OfMm<'store'>>().toEqualTypeOf<Result<void, 'EFAULT'>>();
    expectTypeOf<OfMm<'fork'>>().toEqualTypeOf<Result<void, 'ENOMEM'>>();
    expectTypeOf<OfMm<'swapOut'>>().toEqualTypeOf<Result<void, 'EFAULT' | 'EINVAL'>>();

    expectTypeOf<Returns<Machine, 'exec'>>().toEqualTypeOf<Result<Mm, 'ENOMEM'>>();
    expectTypeOf<Returns<IpteNotifier, 'register'>>().toEqualTypeOf<Result<void, 'BUG'>>();
    expectTypeOf<Returns<IpteNotifier, 'unregister'>>().toEqualTypeOf<Result<void, 'BUG'>>();
  });
});

describe.each(laterKernels)('in %s', (kernel) => {
  it.each<[string, (guest: Guest) => unknown, string]>([
    ['gmap_alloc', ({ mm }) => mm.allocGmap(0n), 'createGmap (gmap_create)'],
    ['gmap_free', ({ gmap }) => gmap.free(), 'remove (gmap_remove)'],
    ['gmap_ipte_notify', ({ gmap }) => gmap.ipteNotify(0n, PAGE), 'mprotectNotify (gmap_mprotect_notify)'],
    [
      'test_and_clear_guest_dirty',
      ({ mm }) => mm.testAndClearGuestDirty(HOST),
      'testAndClearUc (ptep_test_and_clear_uc)',
    ],
  ])('%s is not there any more, and the error says what to use instead', (name, call, instead) => {
    const guest = newGuest({ kernel });
    const before = guest.machine.counts();
    expect(expectGmapError(() => call(guest), 'ERR_GMAP_UNSUPPORTED')).toBe(
      `${name}: ${kernel} does not have this function; use ${instead}`,
    );
    expect(guest.machine.counts()).toEqual(before);
    expect(unwrap(guest.gmap.translate(0n))).toBe(HOST);
  });
});

describe('in linux-4.7', () => {
  it.each<[string, (guest: Guest) => unknown, string]>([
    ['gmap_create', ({ mm }) => mm.createGmap(0n), '; use allocGmap (gmap_alloc)'],
    ['gmap_remove', ({ gmap }) => gmap.remove(), '; use free (gmap_free)'],
    ['gmap_get', ({ gmap }) => gmap.get(), ''],
    ['gmap_put', ({ gmap }) => gmap.put(), ''],
    ['gmap_mprotect_notify', ({ gmap }) => gmap.mprotectNotify(0n, PAGE), '; use ipteNotify (gmap_ipte_notify)'],
    [
      'ptep_test_and_clear_uc',
      ({ mm }) => mm.testAndClearUc(HOST),
      '; use testAndClearGuestDirty (test_and_clear_guest_dirty)',
    ],
    ['cond_set_guest_storage_key', ({ mm }) => mm.condSetGuestStorageKey(HOST, 0x30), ''],
    ['reset_guest_reference_bit', ({ mm }) => mm.resetGuestReferenceBit(HOST), ''],
    ['ptep_notify', ({ mm }) => mm.notify(HOST, PGSTE_IN), '; use it without bits'],
  ])('%s is not there yet', (name, call, instead) => {
    const guest = newGuest();
    unwrap(guest.gmap.fault(0n));
    const before = guest.machine.counts();
    expect(expectGmapError(() => call(guest), 'ERR_GMAP_UNSUPPORTED')).toBe(
      `${name}: linux-4.7 does not have this function${instead}`,
    );
    expect(guest.machine.counts()).toEqual(before);
  });
});

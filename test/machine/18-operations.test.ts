// SPDX-License-Identifier: GPL-2.0-only
// What ops.def says of methods: which makes which call, and with which errors as its type.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ErrorOf, Gmap, IpteNotifier, Machine, Mm, type Result } from '../../lib/index.js';
import { operationTable } from '../../lib/trace/operations.js';

const classes = { MM: Mm, GMAP: Gmap, NOTIFIER: IpteNotifier };

describe('operations', () => {
  it.each(operationTable)('$name has the method that its row names', ({ args, method }) => {
    const form = args[0]?.form;
    const { prototype } = form === 'MM' || form === 'GMAP' || form === 'NOTIFIER' ? classes[form] : Machine;
    if (method !== undefined) expect(Object.getOwnPropertyNames(prototype)).toContain(method);
  });

  it('have no method only where they are about the recording', () => {
    const without = operationTable.filter(({ method }) => method === undefined);
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

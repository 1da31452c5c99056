// SPDX-License-Identifier: GPL-2.0-only
/** Every failure that a result's type lists happens. The compiler sees to it that none is left out of the tables. */
import { describe, expect, it } from 'vitest';
import {
  type Gmap,
  type IpteNotifier,
  type Kernel,
  KernelError,
  type Machine,
  type Mm,
  type Result,
  unwrap,
} from '../../lib/index.js';
import { type Guest, HOST, newGmap, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from './fixture.js';

type AnyResult = Result<unknown, never> | { ok: false; error: { code: string } };
/** The codes in the type of a method's result. */
type CodesOf<Method> = Method extends (...args: never[]) => infer Answer ? CodesIn<Answer> : never;
type CodesIn<Answer> = Answer extends { ok: false; error: { code: infer Code extends string } } ? Code : never;
type Provoke = (guest: Guest) => AnyResult;
/** For every method that answers results, a way to each of its failures. */
type FailuresOf<Class> = {
  [Name in keyof Class as [CodesOf<Class[Name]>] extends [never] ? never : Name]: {
    [Code in CodesOf<Class[Name]>]: Provoke;
  };
};

const NOWHERE = 64n * SEGMENT;
const ABOVE_LIMIT = 2n ** 45n;

/** What came after 4.7: provoked on 6.12. */
type LaterGmap = 'mprotectNotify' | 'remove' | 'put';
type LaterMm = 'createGmap' | 'condSetGuestStorageKey' | 'resetGuestReferenceBit' | 'testAndClearUc';
type SkeyFailures = FailuresOf<Mm>['enableSkey'];

/** A process without PGSTEs, which has memory at HOST, and its gmap. */
function withoutPgstes({ machine }: Guest): { mm: Mm; gmap: Gmap } {
  machine.sysctlAllocatePgste = false;
  const mm = unwrap(machine.exec());
  unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
  const gmap = newGmap(mm, 0n);
  unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
  unwrap(mm.store(HOST, 1n));
  return { mm, gmap };
}

/** Makes the memory at HOST one large page. */
function withLargePage({ mm, gmap }: Guest): Guest['gmap'] {
  unwrap(mm.mmap({ address: HOST, length: SEGMENT, huge: true }));
  unwrap(mm.store(HOST, 1n));
  return gmap;
}

/** Links another guest segment to the host segment at HOST. */
function withAlias({ gmap }: Guest): Gmap {
  unwrap(gmap.mapSegment({ from: HOST, to: NOWHERE, length: SEGMENT }));
  unwrap(gmap.fault(NOWHERE));
  return gmap;
}

function withInjected(guest: Guest, ...args: Parameters<Machine['inject']>): Guest {
  guest.machine.inject(...args);
  return guest;
}

/** A gmap that needs tables for its first link. */
function deepGmap({ mm }: Guest): Gmap {
  const gmap = newGmap(mm, 2n ** 64n - 1n);
  unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
  return gmap;
}

const interruptions = {
  PROTECTION: ({ gmap }: Guest): Gmap => {
    unwrap(gmap.fault(0n));
    return gmap;
  },
  SEGMENT_TRANSLATION: ({ gmap }: Guest): Gmap => gmap,
  PAGE_TRANSLATION: ({ gmap }: Guest): Gmap => {
    unwrap(gmap.fault(PAGE));
    return gmap;
  },
  REGION_FIRST_TRANSLATION: (guest: Guest): Gmap => deepGmap(guest),
  REGION_SECOND_TRANSLATION: ({ mm }: Guest): Gmap => unwrap(mm.allocGmap(2n ** 53n - 1n)),
  REGION_THIRD_TRANSLATION: ({ mm }: Guest): Gmap => unwrap(mm.allocGmap(2n ** 42n - 1n)),
};

const readOnly = { read: true, write: false, exec: false };

/** Tables of the model are never corrupt, so these two cannot happen. They are in the type because the hardware has them. */
type Impossible = 'ADDRESSING' | 'TRANSLATION_SPECIFICATION';

const gmapFailures: Omit<FailuresOf<Gmap>, LaterGmap | 'load' | 'store' | 'walk'> = {
  mapSegment: {
    EINVAL: ({ gmap }) => gmap.mapSegment({ from: HOST, to: 0n, length: 1n }),
    ENOMEM: (guest) => withInjected(guest, 'radix_insert').gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }),
  },
  unmapSegment: { EINVAL: ({ gmap }) => gmap.unmapSegment({ to: 0n, length: 0n }) },
  translate: { EFAULT: ({ gmap }) => gmap.translate(NOWHERE) },
  segmentGaddr: { ENOENT: (guest) => deepGmap(guest).segmentGaddr(0n) },
  fault: {
    EFAULT: ({ gmap }) => gmap.fault(NOWHERE),
    ENOMEM: (guest) => {
      const gmap = deepGmap(guest);
      return withInjected({ ...guest, gmap }, 'alloc_pages').gmap.fault(0n);
    },
    EEXIST: (guest) => withAlias(guest).fault(0n),
  },
  link: {
    ENOMEM: (guest) => {
      unwrap(guest.mm.store(HOST, 1n));
      return withInjected(guest, 'radix_preload').gmap.link(0n, HOST);
    },
    EFAULT: (guest) => withLargePage(guest).link(0n, HOST),
    EEXIST: (guest) => withAlias(guest).link(0n, HOST),
    BUG: ({ gmap }) => gmap.link(0n, HOST),
  },
  discard: { BUG: ({ gmap }) => gmap.discard(0n, 2n ** 64n - 1n) },
  zap: { BUG: (guest) => withoutPgstes(guest).gmap.zap(0n) },
  ipteNotify: {
    EINVAL: ({ gmap }) => gmap.ipteNotify(1n, PAGE),
    EFAULT: ({ gmap }) => gmap.ipteNotify(NOWHERE, PAGE),
    ENOMEM: (guest) => {
      const gmap = deepGmap(guest);
      return withInjected({ ...guest, gmap }, 'alloc_pages').gmap.ipteNotify(0n, PAGE);
    },
    EEXIST: (guest) => withAlias(guest).ipteNotify(0n, PAGE),
    BUG: (guest) => withoutPgstes(guest).gmap.ipteNotify(0n, PAGE),
  },
};

const laterGmapFailures: Pick<FailuresOf<Gmap>, LaterGmap> = {
  mprotectNotify: {
    EINVAL: ({ gmap }) => gmap.mprotectNotify(1n, PAGE),
    EFAULT: ({ gmap }) => gmap.mprotectNotify(NOWHERE, PAGE),
    ENOMEM: (guest) => {
      const gmap = deepGmap(guest);
      return withInjected({ ...guest, gmap }, 'alloc_pages').gmap.mprotectNotify(0n, PAGE);
    },
    EEXIST: (guest) => withAlias(guest).mprotectNotify(0n, PAGE),
    BUG: (guest) => withoutPgstes(guest).gmap.mprotectNotify(0n, PAGE),
  },
  remove: {
    BUG: ({ gmap }) => {
      gmap.get();
      unwrap(gmap.remove());
      return gmap.remove();
    },
  },
  put: { BUG: ({ gmap }) => gmap.put() },
};

const accessFailures: {
  [Name in 'load' | 'store' | 'walk']: Record<Exclude<CodesOf<Gmap[Name]>, Impossible>, Provoke>;
} = {
  load: {
    SEGMENT_TRANSLATION: (guest) => interruptions.SEGMENT_TRANSLATION(guest).load(0n),
    PAGE_TRANSLATION: (guest) => interruptions.PAGE_TRANSLATION(guest).load(0n),
    ASCE_TYPE: ({ gmap }) => gmap.load(2n ** 31n),
    REGION_FIRST_TRANSLATION: (guest) => interruptions.REGION_FIRST_TRANSLATION(guest).load(0n),
    REGION_SECOND_TRANSLATION: (guest) => interruptions.REGION_SECOND_TRANSLATION(guest).load(0n),
    REGION_THIRD_TRANSLATION: (guest) => interruptions.REGION_THIRD_TRANSLATION(guest).load(0n),
  },
  store: {
    PROTECTION: (guest) => interruptions.PROTECTION(guest).store(0n, 1n),
    SEGMENT_TRANSLATION: (guest) => interruptions.SEGMENT_TRANSLATION(guest).store(0n, 1n),
    PAGE_TRANSLATION: (guest) => interruptions.PAGE_TRANSLATION(guest).store(0n, 1n),
    ASCE_TYPE: ({ gmap }) => gmap.store(2n ** 31n, 1n),
    REGION_FIRST_TRANSLATION: (guest) => interruptions.REGION_FIRST_TRANSLATION(guest).store(0n, 1n),
    REGION_SECOND_TRANSLATION: (guest) => interruptions.REGION_SECOND_TRANSLATION(guest).store(0n, 1n),
    REGION_THIRD_TRANSLATION: (guest) => interruptions.REGION_THIRD_TRANSLATION(guest).store(0n, 1n),
  },
  walk: {
    PROTECTION: (guest) => interruptions.PROTECTION(guest).walk(0n, { store: true }),
    SEGMENT_TRANSLATION: (guest) => interruptions.SEGMENT_TRANSLATION(guest).walk(0n),
    PAGE_TRANSLATION: (guest) => interruptions.PAGE_TRANSLATION(guest).walk(0n),
    ASCE_TYPE: ({ gmap }) => gmap.walk(2n ** 31n),
    REGION_FIRST_TRANSLATION: (guest) => interruptions.REGION_FIRST_TRANSLATION(guest).walk(0n),
    REGION_SECOND_TRANSLATION: (guest) => interruptions.REGION_SECOND_TRANSLATION(guest).walk(0n),
    REGION_THIRD_TRANSLATION: (guest) => interruptions.REGION_THIRD_TRANSLATION(guest).walk(0n),
  },
};

const mmFailures: Omit<FailuresOf<Mm>, LaterMm | 'enableSkey' | 'walk'> & { enableSkey: Omit<SkeyFailures, 'ENOMEM'> } =
  {
    allocGmap: { ENOMEM: (guest) => withInjected(guest, 'kzalloc').mm.allocGmap(0n) },
    enableSie: { EINVAL: (guest) => withoutPgstes(guest).mm.enableSie() },
    enableSkey: { BUG: (guest) => withoutPgstes(guest).mm.enableSkey() },
    resetCmma: { BUG: (guest) => withoutPgstes(guest).mm.resetCmma() },
    setGuestStorageKey: {
      EFAULT: (guest) => withInjected(guest, 'host_table').mm.setGuestStorageKey(HOST, 0),
      BUG: ({ mm }) => mm.setGuestStorageKey(ABOVE_LIMIT, 0),
    },
    getGuestStorageKey: {
      EFAULT: (guest) => withInjected(guest, 'host_table').mm.getGuestStorageKey(HOST),
      BUG: ({ mm }) => mm.getGuestStorageKey(ABOVE_LIMIT),
    },
    testAndClearGuestDirty: { BUG: ({ mm }) => mm.testAndClearGuestDirty(ABOVE_LIMIT) },
    mmap: {
      EINVAL: ({ mm }) => mm.mmap({ address: HOST, length: 0n }),
      ENOMEM: ({ mm }) => mm.mmap({ address: 2n ** 53n, length: PAGE }),
    },
    munmap: {
      EINVAL: ({ mm }) => mm.munmap(HOST + 1n, PAGE),
      ENOMEM: (guest) => withInjected(guest, 'vma').mm.munmap(HOST + PAGE, PAGE),
    },
    mprotect: {
      EINVAL: ({ mm }) => mm.mprotect(HOST + 1n, PAGE, readOnly),
      ENOMEM: ({ mm }) => mm.mprotect(HOST + NOWHERE, PAGE, readOnly),
    },
    dontNeed: {
      EINVAL: ({ mm }) => mm.dontNeed(HOST + 1n, PAGE),
      ENOMEM: ({ mm }) => mm.dontNeed(HOST + NOWHERE, PAGE),
    },
    mremap: {
      EINVAL: ({ mm }) => mm.mremap({ from: HOST, length: PAGE, to: HOST }),
      ENOMEM: (guest) => withInjected(guest, 'vma').mm.mremap({ from: HOST, length: 4n * SEGMENT, to: HOST + NOWHERE }),
      EFAULT: ({ mm }) => mm.mremap({ from: HOST + NOWHERE, length: PAGE, to: HOST }),
    },
    load: { EFAULT: ({ mm }) => mm.load(HOST + NOWHERE) },
    store: { EFAULT: ({ mm }) => mm.store(HOST + NOWHERE, 1n) },
    fork: { ENOMEM: (guest) => withInjected(guest, 'host_table').mm.fork() },
    swapOut: {
      EFAULT: ({ mm }) => mm.swapOut(HOST + NOWHERE),
      EINVAL: ({ mm }) => {
        unwrap(mm.load(HOST));
        return mm.swapOut(HOST);
      },
    },
  };

const laterMmFailures: Pick<FailuresOf<Mm>, LaterMm> & { enableSkey: SkeyFailures } = {
  createGmap: { ENOMEM: (guest) => withInjected(guest, 'kzalloc').mm.createGmap(0n) },
  enableSkey: {
    ENOMEM: (guest) => {
      unwrap(guest.mm.load(HOST));
      return withInjected(guest, 'host_page').mm.enableSkey();
    },
    BUG: (guest) => withoutPgstes(guest).mm.enableSkey(),
  },
  condSetGuestStorageKey: {
    EFAULT: ({ mm }) => mm.condSetGuestStorageKey(HOST, 0x30),
    BUG: (guest) => withoutPgstes(guest).mm.condSetGuestStorageKey(HOST, 0x30),
  },
  resetGuestReferenceBit: {
    EFAULT: ({ mm }) => mm.resetGuestReferenceBit(HOST + NOWHERE),
    BUG: (guest) => withoutPgstes(guest).mm.resetGuestReferenceBit(HOST),
  },
  testAndClearUc: { BUG: (guest) => withoutPgstes(guest).mm.testAndClearUc(HOST) },
};

// INVARIANT is provoked in 09-events-and-inspection.test.ts.
const machineFailures: Omit<FailuresOf<Machine>, 'check'> = {
  exec: { ENOMEM: (guest) => withInjected(guest, 'host_table').machine.exec() },
};

const notifierFailures: FailuresOf<IpteNotifier> = {
  register: { BUG: ({ machine }) => machine.onPteInvalidation(() => {}).register() },
  unregister: { BUG: ({ machine }) => machine.createNotifier(() => {}).unregister() },
};

const tables: [kernel: Kernel, object: string, methods: Record<string, Record<string, Provoke>>][] = [
  ['linux-4.7', 'gmap', { ...gmapFailures, ...accessFailures }],
  ['linux-4.7', 'mm', mmFailures],
  ['linux-4.7', 'machine', machineFailures],
  ['linux-4.7', 'notifier', notifierFailures],
  ['linux-6.12', 'gmap', laterGmapFailures],
  ['linux-6.12', 'mm', laterMmFailures],
];

for (const [kernel, object, methods] of tables) {
  for (const [method, failures] of Object.entries(methods)) {
    describe(`${object}.${method}`, () => {
      it.each(Object.entries(failures))(`on ${kernel} fails with %s`, (code, provoke) => {
        const guest = newGuest({ kernel });
        const result = provoke(guest);
        expect(result).toMatchObject({ ok: false, error: { code } });
        expect(Object.isFrozen(result)).toBe(true);
        // Not a state half-way: the machine works on, or is dead.
        if (code !== 'BUG') expect(guest.machine.check()).toMatchObject({ ok: true });
        else expect(guest.machine.bug).toMatchObject({ code: 'BUG' });
      });
    });
  }
}

describe('mm.walk', () => {
  it('fails as the guest does', () => {
    const { mm } = newGuest();
    expect(mm.walk(HOST)).toMatchObject({ error: { code: 'REGION_THIRD_TRANSLATION' } });
    expect(mm.walk(ABOVE_LIMIT)).toMatchObject({ error: { code: 'ASCE_TYPE', syscall: 'mm.walk' } });
  });
});

describe('a failure', () => {
  it('is the same frozen value each time', () => {
    const { gmap } = newGuest();
    const failed = gmap.translate(NOWHERE);
    expect(gmap.translate(NOWHERE + 1n)).toBe(failed);
    expect(failed).toEqual({
      ok: false,
      error: {
        code: 'EFAULT',
        errno: -14,
        syscall: 'gmap_translate',
        message: 'bad address: not mapped, not accessible, or backed by a large page',
      },
    });
  });

  it('is thrown by unwrap in the shape of a system error of Node', () => {
    const { gmap } = newGuest();
    const error = thrownBy(() => unwrap(gmap.fault(NOWHERE)));
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ name: 'KernelError', code: 'EFAULT', errno: -14, syscall: 'gmap_fault' });
    expect((error as KernelError).message).toMatch(/^gmap_fault: EFAULT: bad address/);
  });

  it('that is a BUG says where and what', () => {
    const { machine } = newGuest();
    const error = thrownBy(() => unwrap(machine.createNotifier(() => {}).unregister()));
    expect(error).toMatchObject({ code: 'BUG', errno: undefined, failure: { place: 'notifier_never' } });
    expect((error as KernelError).message).toContain('NULL dereference');
    expect(newMachine().bug).toBeUndefined();
  });
});

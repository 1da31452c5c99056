// SPDX-License-Identifier: GPL-2.0-only
/** Where random programs play: a few segments of host memory, a few pages of each, and guests that map them. */
import { RandomNumbers } from './numbers.js';

export const PAGE = 0x1000n;
export const SEGMENT = 0x100000n;
/** Far from whatever a process has of its own. */
export const HOST = 0x10000000000n;

/** Segments that hold memory at first. */
export const SEGMENTS = 8;
/** Two more above them start empty. */
export const ALL_SEGMENTS: number = SEGMENTS + 2;

/** The pages of a segment that things happen to: both ends, and neighbours. */
const PAGES = [0, 1, 2, 3, 0x80, 0xff] as const;

/** Highest guest addresses wanted: 2, 3, 4 and 5 levels of tables. */
const LIMITS = [0x7fffffffn, 0x3ffffffffffn, 0x1fffffffffffffn, 0xffffffffffffffffn] as const;
/** Where such a guest has its memory: at an index other than 0 of its top table. */
const GUEST_BASES = [0n, 0x80000000n, 0x40000000000n, 0x20000000000000n] as const;

const MAX_GMAPS = 4;
const NOTIFIERS = 3;

export interface Guest {
  readonly handle: number;
  readonly base: bigint;
  references: number;
  /** On the list of its process. */
  listed: boolean;
  /** It may have links to other segments than its mappings lead to. */
  linkedAnyhow: boolean;
}

/** What exists while a program is made: a call on something that does not would be refused, or kill the kernel. */
export class World {
  readonly random: RandomNumbers;
  /**
   * The process uses storage keys. Until then the key of a page is what the last user of its frame left: nothing that
   * could be compared.
   */
  usesKeys = false;
  readonly #guests = new Map<number, Guest>();
  readonly #registered = new Set<number>();

  constructor(seed: number) {
    this.random = new RandomNumbers(seed);
  }

  // Guests

  /** Any, also one that was removed from its process but has references. */
  get anyGuest(): Guest | undefined {
    const guests = [...this.#guests.values()];
    return guests[this.random.below(guests.length)];
  }

  /** One that its process knows: others must not be linked, for the process frees tables without telling them. */
  get guest(): Guest | undefined {
    const guests = [...this.#guests.values()].filter(({ listed }) => listed);
    return guests[this.random.below(guests.length)];
  }

  createGuest(): { limit: bigint; handle: number } | undefined {
    const level = this.random.below(LIMITS.length);
    for (let handle = 0; handle < MAX_GMAPS; handle++) {
      if (this.#guests.has(handle)) continue;
      this.#guests.set(handle, {
        handle,
        base: GUEST_BASES[level] ?? 0n,
        references: 1,
        listed: true,
        linkedAnyhow: false,
      });
      return { limit: LIMITS[level] ?? 0n, handle };
    }
    return undefined;
  }

  /** One reference less. */
  drop(guest: Guest): void {
    guest.references--;
    if (guest.references === 0) this.#guests.delete(guest.handle);
  }

  // Notifier blocks

  /** One that is not registered. */
  register(): number | undefined {
    const block = this.random.below(NOTIFIERS);
    if (this.#registered.has(block)) return undefined;
    this.#registered.add(block);
    return block;
  }

  /** One that is: kernels after 4.7 do not survive a second time. */
  unregister(): number | undefined {
    const block = this.random.below(NOTIFIERS);
    return this.#registered.delete(block) ? block : undefined;
  }

  // Addresses

  hostSegment(): bigint {
    return HOST + BigInt(this.random.below(ALL_SEGMENTS)) * SEGMENT;
  }

  hostPage(): bigint {
    return this.hostSegment() + this.#page();
  }

  guestSegment({ base }: Guest): bigint {
    return base + BigInt(this.random.below(ALL_SEGMENTS)) * SEGMENT;
  }

  guestPage(guest: Guest): bigint {
    return this.guestSegment(guest) + this.#page();
  }

  /** Mostly the first byte of a page. */
  guestByte(guest: Guest): bigint {
    return this.guestPage(guest) + (this.random.oneIn(4) ? BigInt(this.random.below(Number(PAGE))) : 0n);
  }

  #page(): bigint {
    return BigInt(this.random.pick(PAGES)) * PAGE;
  }

  /** One to three pages, rarely a segment or more. */
  length(): bigint {
    if (this.random.oneIn(12)) return BigInt(1 + this.random.below(3)) * SEGMENT;
    return BigInt(1 + this.random.below(3)) * PAGE;
  }

  /** Mostly whole segments, as gmap_map_segment wants them. */
  segments(): bigint {
    const length = BigInt(this.random.pick([1, 1, 1, 2, 2, 4])) * SEGMENT;
    return this.random.oneIn(15) ? length + PAGE : length;
  }
}

/** The pages whose PTEs belong to the observed state. */
export function watchedPages(): bigint[] {
  return Array.from({ length: ALL_SEGMENTS }, (_, segment) => HOST + BigInt(segment) * SEGMENT).flatMap((segment) =>
    PAGES.map((page) => segment + BigInt(page) * PAGE),
  );
}

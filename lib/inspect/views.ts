// SPDX-License-Identifier: GPL-2.0-only
/** All that is known of one address of a guest or of a process: what `vtop` shows. */
import { brand } from '../brands.js';
import type { Write } from '../machine/tracing.js';
import { type JsonOf, toJson } from '../trace/json.js';
import type { Chain, ChainEntry, PgsteEntry } from './chain.js';
import { inspectAs } from './console.js';
import { printVtop } from './print-vtop.js';

/** The storage key of a frame. */
export interface KeyEntry {
  /** Absolute address of the frame. */
  readonly frame: bigint;
  /** The key, 0 to 0xff. */
  readonly value: number;
  /** What its bits say, see {@link describeFields}. */
  readonly flags: readonly string[];
}

/** Who wrote the entries of a view. */
export interface Writes {
  /** By the absolute addresses of entries and of the PGSTE; those that no traced call wrote are left out. */
  readonly entries: ReadonlyMap<bigint, Write>;
  /** Who set the storage key; undefined: no traced call. */
  readonly key: Write | undefined;
}

/** What guests and processes have in common. */
export interface AddressFacts {
  /** `g0` or `mm0`. */
  readonly space: string;
  /** The way of the address through the tables. */
  readonly chain: Chain;
  /** Beside the PTE, where the process's page tables have PGSTEs. */
  readonly pgste: PgsteEntry | undefined;
  /** Of the frame that a load reaches. */
  readonly key: KeyEntry | undefined;
  /** Absent unless the machine is traced. */
  readonly writes: Writes | undefined;
}

/** An item of guest_to_host: the mapping of a guest segment. */
export interface GuestToHost {
  /** The first guest address of the segment. */
  readonly gaddr: bigint;
  /** The first host address that it is mapped to. */
  readonly vmaddr: bigint;
}

/** An item of host_to_guest: the link of a host segment. */
export interface HostToGuest {
  /** The first host address of the segment. */
  readonly vmaddr: bigint;
  /** Absolute address of the guest's segment entry. */
  readonly entry: bigint;
  /** The first guest address that the entry translates. */
  readonly gaddr: bigint;
}

abstract class AddressView implements AddressFacts {
  static {
    brand('AddressView', (value) => #isOurs in value);
    inspectAs(AddressView, (view) => view.toString());
  }

  readonly #isOurs = true;
  readonly space: string;
  readonly chain: Chain;
  readonly pgste: PgsteEntry | undefined;
  readonly key: KeyEntry | undefined;
  readonly writes: Writes | undefined;

  constructor({ space, chain, pgste, key, writes }: AddressFacts) {
    this.space = space;
    this.chain = chain;
    this.pgste = pgste;
    this.key = key;
    this.writes = writes;
  }

  /** The last entry that was looked at, which says why the walk ended. */
  get last(): ChainEntry | undefined {
    return this.chain.entries.at(-1);
  }

  abstract toString(): string;
}

type HostViewFacts = AddressFacts & Pick<HostView, 'guests'>;
type GuestViewFacts = AddressFacts & Pick<GuestView, 'guestToHost' | 'hostToGuest' | 'host'>;

/** What JSON.stringify writes of a {@link HostView}. */
export type HostViewJson = JsonOf<HostViewFacts>;

/** What JSON.stringify writes of a {@link GuestView}. */
export type GuestViewJson = JsonOf<GuestViewFacts>;

/** A host address: {@link Mm.inspect}. */
export class HostView extends AddressView {
  /** The guests that the host segment is linked to, and where the address is there. */
  readonly guests: readonly {
    /** The name of the gmap: `g0`. */
    readonly gmap: string;
    /** The guest address. */
    readonly gaddr: bigint;
  }[];

  /** @internal */
  constructor(facts: AddressFacts, guests: HostView['guests']) {
    super(facts);
    this.guests = guests;
  }

  /** 64-bit values as hex strings. */
  toJSON(): HostViewJson {
    return toJson<HostViewFacts>({ ...this });
  }

  /** As crash's vtop has it. */
  override toString(): string {
    return printVtop(this);
  }
}

/** A guest address: {@link Gmap.inspect}. */
export class GuestView extends AddressView {
  /** Absent if the guest segment is not mapped. */
  readonly guestToHost: GuestToHost | undefined;
  /** Of the mapped host segment; absent if that is not linked to a guest segment of this gmap. */
  readonly hostToGuest: HostToGuest | undefined;
  /** The same address in the process, by guest_to_host; absent if it is not mapped, or the process has exited. */
  readonly host: HostView | undefined;

  /** @internal */
  constructor(facts: AddressFacts, links: Pick<GuestView, 'guestToHost' | 'hostToGuest' | 'host'>) {
    super(facts);
    this.guestToHost = links.guestToHost;
    this.hostToGuest = links.hostToGuest;
    this.host = links.host;
  }

  /** 64-bit values as hex strings. */
  toJSON(): GuestViewJson {
    return toJson<GuestViewFacts>({ ...this });
  }

  /** As crash's vtop has it, the process's chain below the guest's. */
  override toString(): string {
    return printVtop(this);
  }
}

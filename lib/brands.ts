// SPDX-License-Identifier: GPL-2.0-only
/**
 * Which objects are of our classes: their private fields say so, whatever a prototype, a proxy or Symbol.hasInstance says. Each
 * class enters itself here, since those who ask are imported by it.
 */
import { wrongType } from './arguments.js';
import type { GuestView, HostView } from './inspect/views.js';
import type { Session } from './kernel/session/session.js';
import type { Gmap } from './machine/gmap.js';
import type { Machine } from './machine/machine.js';
import type { Mm } from './machine/mm.js';
import type { IpteNotifier } from './machine/notifier.js';
import type { Snapshot } from './machine/snapshot.js';
import type { Context } from './native/context.js';

interface Classes {
  Context: Context;
  Machine: Machine;
  Mm: Mm;
  Gmap: Gmap;
  IpteNotifier: IpteNotifier;
  Snapshot: Snapshot;
  AddressView: GuestView | HostView;
  Session: Session;
}
export type Brand = keyof Classes;
export type Branded<Name extends Brand> = Classes[Name];

const WANTED: Readonly<Record<Brand, string>> = {
  Context: 'a Context',
  Machine: 'a Machine',
  Mm: 'an Mm',
  Gmap: 'a Gmap',
  IpteNotifier: 'an IpteNotifier',
  Snapshot: 'a Snapshot',
  AddressView: 'what inspect() answers',
  Session: 'a Session',
};

const brands = new Map<Brand, (value: object) => boolean>();

export function brand(name: Brand, isOne: (value: object) => boolean): void {
  brands.set(name, isOne);
}

/** What tells an object of that class, closed or not. */
export function brandOf<Name extends Brand>(name: Name): (value: unknown) => value is Branded<Name> {
  const isOne = brands.get(name) ?? (() => false);
  return (value): value is Branded<Name> => typeof value === 'object' && value !== null && isOne(value);
}

/** An object of that class, closed or not, or throws. */
export function checkOurs<Name extends Brand>(name: string, value: unknown, wanted: Name): Branded<Name> {
  if (brandOf(wanted)(value)) return value;
  throw wrongType(name, WANTED[wanted], value);
}

/** Of the constructors of classes whose objects others make. */
export function checkMaker(name: string, context: unknown, instead: string): void {
  if (!brandOf('Context')(context)) throw new TypeError(`${name}: use ${instead}`);
}

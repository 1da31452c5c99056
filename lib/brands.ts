// SPDX-License-Identifier: GPL-2.0-only
/**
 * Which objects are of our classes: their private fields say so, whatever a prototype, a proxy or Symbol.hasInstance says. Each
 * class enters itself here, since those who ask are imported by it.
 */
import { wrongType } from './arguments.js';
import type { Dump } from './dump/dump.js';
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
  Dump: Dump;
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
  Dump: 'a Dump',
};

const brands = new Map<Brand, (value: object) => boolean>();

export function brand(name: Brand, isOne: (value: object) => boolean): void {
  brands.set(name, isOne);
}

/** Whether it is an object of that class, closed or not. */
function isOurs<Name extends Brand>(value: unknown, name: Name): value is Branded<Name> {
  return typeof value === 'object' && value !== null && (brands.get(name)?.(value) ?? false);
}

/** An object of that class, closed or not, or throws. */
export function checkOurs<Name extends Brand>(name: string, value: unknown, wanted: Name): Branded<Name> {
  if (isOurs(value, wanted)) return value;
  throw wrongType(name, WANTED[wanted], value);
}

/** Of the constructors of classes whose objects others make. */
export function checkMaker(name: string, context: unknown, instead: string): void {
  if (!isOurs(context, 'Context')) throw new TypeError(`${name}: use ${instead}`);
}

// SPDX-License-Identifier: GPL-2.0-only
/**
 * Which objects are of our classes: their private fields say so, whatever a prototype, a proxy or Symbol.hasInstance says. Each
 * class enters itself here, since those who ask are imported by it.
 */
import { wrongType } from '../arguments.js';
import type { Context } from '../native/context.js';
import type { Gmap } from './gmap.js';
import type { Machine } from './machine.js';
import type { Mm } from './mm.js';
import type { IpteNotifier } from './notifier.js';
import type { Snapshot } from './snapshot.js';

interface Classes {
  Context: Context;
  Machine: Machine;
  Mm: Mm;
  Gmap: Gmap;
  IpteNotifier: IpteNotifier;
  Snapshot: Snapshot;
}
export type Brand = keyof Classes;
export type Branded<Name extends Brand> = Classes[Name];

const ARTICLES: Readonly<Record<Brand, string>> = {
  Context: 'a',
  Machine: 'a',
  Mm: 'an',
  Gmap: 'a',
  IpteNotifier: 'an',
  Snapshot: 'a',
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
  throw wrongType(name, `${ARTICLES[wanted]} ${wanted}`, value);
}

/** Of the constructors of classes whose objects others make. */
export function checkMaker(name: string, context: unknown, instead: string): void {
  if (!brandOf('Context')(context)) throw new TypeError(`${name}: use ${instead}`);
}

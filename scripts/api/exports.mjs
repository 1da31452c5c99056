// SPDX-License-Identifier: GPL-2.0-only
// Every door of the package: what the entries of package.json export, with the methods and properties of classes.
import { readFileSync } from 'node:fs';
import { root } from '../steps.mjs';

const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The modules of the entries, by their names: `.`, `./raw`. */
export async function loadEntries() {
  const paths = Object.entries(exports).filter(([, path]) => path.endsWith('.js'));
  const modules = await Promise.all(paths.map(([, path]) => import(new URL(`../../${path}`, import.meta.url).href)));
  return new Map(paths.map(([entry], i) => [entry, modules[i]]));
}

const isClass = (value) => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

/**
 * All doors: { name, entry, kind, arity, call }. `call(on, args)` goes through it; `on` is an object of the class for a method or
 * a property. A function that several entries export is one door, named after the first.
 */
export function doorsOf(entries) {
  const doors = new Map();
  const seen = new Set();
  for (const [entry, module] of entries) {
    for (const [exported, value] of Object.entries(module)) {
      if (typeof value !== 'function' || seen.has(value)) continue;
      seen.add(value);
      const name = entry === './raw' ? `raw.${exported}` : exported;
      for (const door of isClass(value) ? doorsOfClass(name, value) : [functionDoor(name, value)])
        doors.set(door.name, { ...door, entry });
    }
  }
  return [...doors.values()];
}

function functionDoor(name, value) {
  return { name, kind: 'function', arity: value.length, call: (_on, args) => value(...args) };
}

function* doorsOfClass(name, type) {
  yield { name: `new ${name}`, kind: 'constructor', arity: type.length, call: (_on, args) => new type(...args) };
  for (const { key, value } of members(type, ['length', 'name', 'prototype']))
    if (typeof value === 'function')
      yield {
        name: `${name}.${key}`,
        kind: 'static',
        arity: value.length,
        call: (_on, args) => value.apply(type, args),
      };
  for (const { key, value, get, set } of members(type.prototype, ['constructor'])) {
    const member = `${name}#${String(key)}`;
    const of = name;
    if (typeof value === 'function')
      yield { name: member, of, kind: 'method', arity: value.length, call: (on, args) => value.apply(on, args) };
    if (get) yield { name: member, of, kind: 'property', arity: 0, call: (on) => get.call(on) };
    if (set) yield { name: `${member}=`, of, kind: 'property', arity: 1, call: (on, [value]) => set.call(on, value) };
  }
}

function members(object, others) {
  const keys = Reflect.ownKeys(object).filter((key) => !others.includes(key));
  return keys.map((key) => ({ key, ...Object.getOwnPropertyDescriptor(object, key) }));
}

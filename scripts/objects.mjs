// SPDX-License-Identifier: GPL-2.0-only
/*
 * The objects of which node-gyp links the addon, for programs that are made of the same: the core's tests, benchmarks,
 * mutants. Nothing is compiled twice, and what is tested is what is in the addon. They are there after a build
 * (scripts/build.mjs).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

/** Lists of C sources. */
export const CORE = 'native/sources.txt';
export const FUZZER = 'native/fuzz/sources.txt';
export const ADDON = 'native/addon/sources.txt';

/** The sources that are in these lists. */
export const listed = (...lists) => lists.flatMap((list) => readFileSync(join(root, list), 'utf8').trim().split('\n'));

/** The object of a source of the addon. */
export const objectOf = (source) => join(root, 'build/Release/obj.target/s390_gmap', source.replace(/\.[a-z]+$/, '.o'));

/** The objects of what is in these lists. */
export const objectsOf = (...lists) => listed(...lists).map(objectOf);

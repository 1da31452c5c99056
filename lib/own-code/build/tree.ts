// SPDX-License-Identifier: GPL-2.0-only
/** A folder with Linux's source: which version it is, and whether it has what a build needs. Nothing is written there. */
import { join, resolve } from 'node:path';
import { exists, isFolder } from '../../files/folders.js';
import { readOwnText } from '../../files/read.js';
import { type Kernel, kernels } from '../../generated/abi.js';
import { visible } from '../../visible.js';
import { OwnCodeError } from '../errors.js';

/** The two files that are built. */
export const GMAP_C = 'arch/s390/mm/gmap.c';
export const PGTABLE_C = 'arch/s390/mm/pgtable.c';

/** Where headers are looked for in a tree. */
export const INCLUDES: readonly string[] = ['arch/s390/include', 'include'];

/** What no version does without. Other headers are named by the compiler when a version needs them. */
export const NEEDED: readonly string[] = [
  GMAP_C,
  PGTABLE_C,
  ...['gmap.h', 'page.h', 'pgalloc.h', 'pgtable.h', 'tlbflush.h'].map((name) => `arch/s390/include/asm/${name}`),
  'include/linux/list.h',
];

/** What came in the place of the two files. */
const REWRITE = ['arch/s390/kvm/gmap.c', 'arch/s390/kvm/dat.c'];

export interface SourceTree {
  /** Where it is now. Absolute. */
  readonly folder: string;
  /** Where it will be when the code is built: the same, but for Debian's. */
  readonly place: string;
  /** What messages say of it. */
  readonly called: string;
  /** As its Makefile says: `6.1.192`, `6.13.0-rc3`. */
  readonly version: string;
  /** The profile of that version, or else of the nearest older one. */
  readonly kernel: Kernel;
  /** Whether it is that version's own. */
  readonly isOwnProfile: boolean;
}

/** What is known of a tree otherwise. */
type Known = Partial<Pick<SourceTree, 'called' | 'place'>>;

/**
 * Looks at the folder.
 *
 * @throws {OwnCodeError} if it is no Linux tree, or lacks files, all of which are named.
 */
export function openSource(path: string, { called = resolve(path), place = resolve(path) }: Known = {}): SourceTree {
  const folder = resolve(path);
  const fail = (problem: string) => {
    throw new OwnCodeError('ERR_CODE_TREE', `${visible(called)} cannot be built: ${problem}.`);
  };
  if (!isFolder(folder)) fail('there is no such folder');
  if (/["\\\p{C}]/u.test(folder))
    fail('compilers do not cope with quotes, backslashes and control characters in its path');
  const version =
    readVersion(folder) ?? fail('its Makefile does not say VERSION and PATCHLEVEL, as that of Linux does');
  const lacks = (name: string) => !exists(join(folder, name));
  if (lacks(GMAP_C) && !REWRITE.some(lacks)) fail(rewritten(version.text));
  const missing = NEEDED.filter(lacks);
  if (missing.length > 0) {
    const help = 'Is all of it checked out? From 4.7 on Linux has these files, until they were rewritten in 7.0';
    fail(`Linux ${version.text} there has no ${missing.join(', ')}. ${help}`);
  }
  return { folder, place, called, version: version.text, ...profileOf(version.numbers) };
}

function rewritten(version: string): string {
  return (
    `Linux ${version} has no ${GMAP_C} any more: from 7.0 on guests are mapped by ${REWRITE.join(' and ')}, ` +
    'a rewrite with other functions, which this package does not support. Trees from 4.7 to 6.18 have the file'
  );
}

interface Version {
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number];
}

/** The variables at the head of the Makefile. */
function readVersion(folder: string): Version | undefined {
  const text = readOwnText(join(folder, 'Makefile')) ?? '';
  const variable = (name: string) => new RegExp(`^${name}[ \\t]*=[ \\t]*([\\w.+~-]*)`, 'm').exec(text)?.[1] ?? '';
  const [major, minor, ...rest] = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(variable).filter((word) => word !== '');
  if (major === undefined || minor === undefined) return undefined;
  const numbers = [Number(major), Number(minor)] as const;
  if (!numbers.every(Number.isSafeInteger)) return undefined;
  return { text: [major, minor, ...rest].join('.') + variable('EXTRAVERSION'), numbers };
}

/** What comes before all profiles gets the oldest. */
function profileOf(version: readonly [number, number]): Pick<SourceTree, 'kernel' | 'isOwnProfile'> {
  const order = (kernel: Kernel) => compare(numbersOf(kernel), version);
  const sorted = [...kernels].sort((a, b) => compare(numbersOf(a), numbersOf(b)));
  const kernel = sorted.filter((known) => order(known) <= 0).at(-1) ?? sorted[0] ?? kernels[0];
  return { kernel, isOwnProfile: order(kernel) === 0 };
}

function numbersOf(kernel: Kernel): [number, number] {
  const [major = 0, minor = 0] = kernel
    .replace(/^linux-/, '')
    .split('.')
    .map(Number);
  return [major, minor];
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

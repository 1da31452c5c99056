// SPDX-License-Identifier: GPL-2.0-only
/** The source of a kernel from Debian's package linux-source: only what a build can need of it. */
import { join } from 'node:path';
import { exists, makeFolder, rename } from '../../files/folders.js';
import { remove } from '../../files/write.js';
import { downloadsFolder } from '../../kernel/cache.js';
import { CommandError, runPiped } from '../../kernel/command.js';
import { LiveKernelError } from '../../kernel/errors.js';
import { packageFile } from '../../kernel/install/apt.js';
import { type CatalogueEntry, findInCatalogue, type Suite } from '../../kernel/install/catalogue.js';
import { downloadPackages, type Found, findPackages } from '../../kernel/install/debian.js';
import { packageTools, requireTools } from '../../kernel/install/tools.js';
import type { OnProgress } from '../../kernel/progress.js';
import type { StopSignal } from '../../stop-signal.js';

export interface FetchOptions {
  readonly mirror: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: StopSignal | undefined;
}

/** Where a kernel is looked for of which the catalogue knows nothing. */
const NEWEST: readonly Suite[] = [{ name: 'sid' }, { name: 'trixie-backports' }];

/** What is unpacked: every version has these. In the last one later versions have what came in the place of gmap.c. */
const WANTED = ['Makefile', 'include', 'arch/s390/include', 'arch/s390/mm', 'arch/s390/kvm'];

const OTHERWISE = "'s390-gmap kernel build --source DIR --name NAME' a tree of your own.";

/**
 * Fetches the source of that version, as in `6.1`, into the folder `to`. What is downloaded is not kept, unless it was there
 * before. Answers which package it is.
 *
 * @throws {LiveKernelError} if it cannot be had.
 */
export async function fetchSource(version: string, to: string, options: FetchOptions): Promise<string> {
  const { mirror, onProgress, signal } = options;
  requireTools([...packageTools(), { name: 'xz', package: 'xz-utils' }, { name: 'setpriv', package: 'util-linux' }]);
  const found = await findPackages(sourceEntry(version), mirror, onProgress, { otherwise: OTHERWISE, signal });
  const download = `${to}.download`;
  makeFolder(download);
  const [file = ''] = await downloadPackages(found, onProgress, placeFor(found, download));
  onProgress({ step: 'unpack the source' });
  await unpack(file, version, to, signal);
  remove(download);
  return `linux-source-${version} ${found.version}, ${found.suite.name}`;
}

function sourceEntry(name: string): CatalogueEntry {
  const suites = findInCatalogue(name)?.suites ?? NEWEST;
  return { name, from: 'source', suites: suites.flatMap(withUpdates), megabytes: { download: 0, disk: 0 } };
}

/** Security updates are newer than what they update. */
function withUpdates(suite: Suite): Suite[] {
  if (suite.security || !/^[a-z]+$/.test(suite.name) || suite.name === 'sid') return [suite];
  return [{ ...suite, name: `${suite.name}-security`, security: true }, suite];
}

/** What was downloaded for `kernel install` is taken, and kept. */
function placeFor({ packages }: Found, otherwise: string): string {
  const isThere = packages.every((wanted) => exists(join(downloadsFolder(), packageFile(wanted))));
  return isThere ? downloadsFolder() : otherwise;
}

/** The package is an archive with an archive in it of more than a gigabyte, most of which is read past. */
async function unpack(file: string, version: string, to: string, signal: StopSignal | undefined): Promise<void> {
  const name = `linux-source-${version}`;
  const root = `${to}.unpacked`;
  makeFolder(root);
  const wanted = WANTED.map((path) => `${name}/${path}`);
  try {
    await runPiped(
      [
        ['dpkg-deb', '--fsys-tarfile', file],
        ['tar', '-x', '-O', `./usr/src/${name}.tar.xz`],
        ['tar', '-x', '-J', '-C', root, ...wanted],
      ],
      signal,
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const problem = `the package ${name} cannot be unpacked: ${error.message}\n${error.lastLines(3)}`;
    throw new LiveKernelError('ERR_DOWNLOAD', problem, { cause: error });
  }
  rename(join(root, name), to);
  remove(root);
}

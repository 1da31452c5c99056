// SPDX-License-Identifier: GPL-2.0-only
/** Builds codes into the cache folder: each in a folder beside its place, where it is put when all of it is done. */
import { join } from 'node:path';
import { exists, makeFolder, removeBeside, rename, withFolderBeside } from '../../files/folders.js';
import { copyFolder, remove } from '../../files/write.js';
import { withLock } from '../../kernel/install/lock.js';
import { requireTools } from '../../kernel/install/tools.js';
import { visible } from '../../visible.js';
import { type BuiltCode, codeFolder, codesFolder, findCode } from '../cache.js';
import { OwnCodeError } from '../errors.js';
import { whyStale } from '../state.js';
import { type Compiler, findCompiler } from './compiler.js';
import { isFileMissing } from './diagnose.js';
import { fetchSource } from './fetch.js';
import { makeCode } from './make-code.js';
import { type Asked, type BuildOptions, takeAsked } from './options.js';
import { stopIfAsked } from './stopped.js';
import { openSource } from './tree.js';

/** What came of a build. */
export interface Build {
  /** As {@link builtKernels} lists it. */
  readonly code: BuiltCode;
  /** Whether it was there already, and nothing had to be done. */
  readonly alreadyThere: boolean;
}

/**
 * Builds a code: a Linux tree's own gmap.c and pgtable.c on the simulated machine. `name` is a version, as in `6.1`, for the
 * source that Debian has of it, or what the code of the tree `source` shall be called. The tree is not written to.
 *
 * @throws {OwnCodeError} if the tree's code cannot be built; the message says why, and what can be done.
 * @throws {LiveKernelError} if programs are missing, or Debian's source cannot be had.
 * @throws {TypeError | RangeError} for options that are none.
 */
export async function buildKernel(name: string, options: BuildOptions = {}): Promise<Build> {
  const asked = takeAsked(name, options);
  try {
    return await build(asked);
  } catch (error) {
    // What was ended by the signal has failed in some way.
    stopIfAsked(asked.signal);
    throw error;
  }
}

async function build(asked: Asked): Promise<Build> {
  // Before all else, since it takes no time.
  if ('tree' in asked.source) openSource(asked.source.tree);
  const there = alreadyBuilt(asked);
  if (there) return { code: there, alreadyThere: true };
  requireTools(['setpriv', 'flock'].map((name) => ({ name, package: 'util-linux' })));
  const compiler = await findCompiler({
    sanitize: asked.sanitize,
    addon: true,
    ...(asked.compiler !== undefined && { program: asked.compiler }),
  });
  makeFolder(codesFolder());
  const folder = codeFolder(asked.name);
  return withLock(`${folder}.lock`, async () => {
    // Somebody else may have done the work while this process waited for its turn.
    const there = alreadyBuilt(asked);
    if (there) return { code: there, alreadyThere: true };
    removeBeside(folder);
    return withFolderBeside(folder, async (work) => {
      const code = await makeIn(work, asked, compiler);
      stopIfAsked(asked.signal);
      if (exists(folder)) rename(folder, join(work, 'old'));
      rename(join(work, 'code'), folder);
      return { code, alreadyThere: false };
    });
  });
}

/** The code, if it is what is asked for. A name is not taken from a tree by another one. */
function alreadyBuilt(asked: Asked): BuiltCode | undefined {
  requireSameTree(asked);
  const code = findCode(asked.name);
  return code && code.command === asked.command && whyStale(code) === undefined ? code : undefined;
}

function requireSameTree({ name, source }: Asked): void {
  const there = findCode(name);
  const tree = 'tree' in source ? source.tree : undefined;
  if (!there || there.tree === tree) return;
  const help = `Give this one another name with --name, or remove that one: s390-gmap kernel remove --code ${name}`;
  throw new OwnCodeError('ERR_CODE_NAME', `there is a code ${name} already, from ${visible(there.from)}. ${help}`);
}

/** Makes the code in the folder `code` of the work folder. */
async function makeIn(work: string, asked: Asked, compiler: Compiler): Promise<BuiltCode> {
  const { source } = asked;
  if ('tree' in source) return makeCode({ asked, compiler, work, tree: openSource(source.tree), from: source.tree });
  const tree = join(work, 'tree');
  const makeFrom = (called: string) => {
    const place = join(codeFolder(asked.name), 'tree');
    return makeCode({ asked, compiler, work, tree: openSource(tree, { called, place }), from: called });
  };
  const kept = keptTree(asked.name);
  if (kept) {
    try {
      copyFolder(kept.folder, tree);
      return await makeFrom(kept.from);
    } catch (error) {
      // Only what the last build has read was kept.
      if (!isFileMissing(error)) throw error;
      remove(tree);
    }
  }
  return makeFrom(await fetchSource(source.version, tree, asked));
}

/** What is left of Debian's package from an earlier build. */
function keptTree(name: string): { readonly folder: string; readonly from: string } | undefined {
  const there = findCode(name);
  const folder = there && join(there.folder, 'tree');
  return there && folder && exists(folder) ? { folder, from: there.from } : undefined;
}

// SPDX-License-Identifier: GPL-2.0-only
/** The steps from a tree to a code. */
import { dirname, join, relative } from 'node:path';
import { makeFolder, rename } from '../../files/folders.js';
import { packageVersion } from '../../files/package-version.js';
import { remove } from '../../files/write.js';
import { type BuiltCode, codeFolder, writeCode } from '../cache.js';
import { hashOfFile, inputOf, nameOfFile, systemHere, textOfStamp } from '../state.js';
import { compileTree, type Job, treeFlags } from './compile-tree.js';
import type { Compiler } from './compiler.js';
import { link, preloads, tryToLoad } from './link.js';
import { compileOurs, pruneObjects } from './objects.js';
import type { Asked } from './options.js';
import { addonSources } from './our-sources.js';
import { NEEDED, type SourceTree } from './tree.js';

interface Parts {
  readonly asked: Asked;
  readonly compiler: Compiler;
  /** Everything is made in it; the code in its folder `code`. */
  readonly work: string;
  /** In the work folder, if it is Debian's. */
  readonly tree: SourceTree;
  readonly from: string;
}

const MAKEFILE = 'Makefile';

const ADDON_DIGITS = 12;

/** What a build has come to, before it is put together. */
interface Linked {
  readonly addon: string;
  readonly preload: readonly string[];
  readonly unknown: readonly string[];
  /** All files that were read. */
  readonly read: ReadonlySet<string>;
}

/** Makes the code, as it will be when it is in its place. */
export async function makeCode(parts: Parts): Promise<BuiltCode> {
  const { asked, compiler, work, tree, from } = parts;
  const { name, hooks, sanitize, include, signal } = asked;
  const since = Date.now();
  const sanitizer = sanitize ? 'address' : undefined;
  const job: Job = { tree, compiler, hooks, sanitizer, counted: false, include, work, signal };
  const linked = await compileAndLink(job, parts);
  const isOwn = 'tree' in asked.source;
  const place = codeFolder(name);
  const made = join(work, 'code');
  makeFolder(made);
  const addon = `addon-${hashOfFile(linked.addon).slice(0, ADDON_DIGITS)}.node`;
  rename(linked.addon, join(made, addon));
  const code: BuiltCode = {
    name,
    kernel: tree.kernel,
    version: tree.version,
    from,
    ...(isOwn && { tree: tree.folder }),
    ...(include !== undefined && { include }),
    folder: place,
    addon: join(place, addon),
    package: packageVersion(),
    system: systemHere(),
    compiler: compiler.version,
    flags: treeFlags(job).join(' '),
    program: compiler.c,
    programStamp: textOfStamp(compiler.c),
    inputs: Object.fromEntries(isOwn ? inputsOf(linked.read, since) : keepRead(linked.read, since, parts, place)),
    command: asked.command,
    unknown: linked.unknown,
    preload: linked.preload,
  };
  writeCode(code, made);
  pruneObjects();
  return code;
}

async function compileAndLink(job: Job, { asked: { onProgress }, tree, work, compiler }: Parts): Promise<Linked> {
  onProgress({ step: "compile the tree's code" });
  const compiled = await compileTree(job);
  const ours = await compileOurs(job, addonSources(), compiled.layout, (done, total) => {
    onProgress({ step: `compile the machine: ${done} of ${total} files`, fraction: done / total });
  });
  onProgress({ step: 'link it' });
  const addon = join(work, 'addon.node');
  await link(job, [...compiled.objects, ...ours.objects], compiled.inputs, addon);
  const preload = await preloads(compiler, job.sanitizer !== undefined);
  await tryToLoad(addon, preload, job);
  const read = new Set([join(tree.folder, MAKEFILE), ...compiled.inputs, ...ours.inputs]);
  return { addon, preload, unknown: compiled.unknown, read };
}

function inputsOf(files: Iterable<string>, since: number): [string, string][] {
  return [...files].map((file) => [nameOfFile(file), inputOf(file, since)]);
}

/** Moves what was read of Debian's tree to where it is kept, and answers the inputs as they will be in their place. */
function keepRead(files: ReadonlySet<string>, since: number, { tree, work }: Parts, place: string): [string, string][] {
  const isOfTree = (file: string) => file.startsWith(`${tree.folder}/`);
  const read = [...files].filter(isOfTree).map((file) => relative(tree.folder, file));
  const inPlace = (below: string) => join(work, 'code', 'tree', below);
  for (const below of new Set([...read, ...NEEDED])) {
    makeFolder(dirname(inPlace(below)));
    rename(join(tree.folder, below), inPlace(below));
  }
  remove(tree.folder);
  return [
    ...inputsOf(
      [...files].filter((file) => !isOfTree(file)),
      since,
    ),
    // Nobody but builds writes there.
    ...read.map((below): [string, string] => [join(place, 'tree', below), inputOf(inPlace(below), Infinity)]),
  ];
}

// SPDX-License-Identifier: GPL-2.0-only
// What becomes of a fault in a tree: found by an oracle, or not. Codes are built in a cache of their own, which has the unchanged
// code and the objects of the user's: a faulty one needs almost all of these.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../dist/files/cache-folder.js';
import { buildKernel, removeCode } from '../../../dist/kernel/index.js';
import { runChild } from '../../../scripts/long/children.mjs';
import { Failure, root } from '../../../scripts/steps.mjs';
import { faultyText } from './apply.mjs';
import { KERNEL } from './index.mjs';

/** CPU time for each. */
export const SECONDS = 60;
/** The code without a fault. */
const UNCHANGED = `linux-${KERNEL}`;
/** On a machine with much else to do a second of CPU time takes so many seconds at most; a start takes less than the rest. */
const SLOWEST = 8;
const PATIENCE_SECONDS = 30;

const HUNT = fileURLToPath(new URL('hunt.mjs', import.meta.url));

/** The folder of Debian's source, as far as the code was built from it. */
let tree;

/** Builds what faults are put into, if it is not built. */
export async function prepare() {
  const { code } = await buildKernel(KERNEL);
  const cache = join(root, 'out/own-faults');
  const links = { objects: join(cacheFolder(), 'objects'), [`codes/${UNCHANGED}`]: code.folder };
  tree = join(code.folder, 'tree');
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(join(cache, 'codes'), { recursive: true });
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(cache, name));
  process.env.S390_GMAP_CACHE = cache;
}

const treeFor = (name) => join(cacheFolder(), 'trees', name);

/** Builds the code of a copy of the tree with the fault in it. */
async function buildFaulty(fault) {
  const { id, file } = fault;
  const copy = treeFor(id);
  rmSync(copy, { recursive: true, force: true });
  cpSync(tree, copy, { recursive: true });
  writeFileSync(join(copy, file), textWith(fault));
  try {
    await buildKernel(id, { source: copy });
  } catch (error) {
    throw new Failure(`The fault ${id} does not build: ${error.message}`);
  }
}

function remove(name) {
  removeCode(name);
  rmSync(treeFor(name), { recursive: true, force: true });
}

/** The tree's text with the fault in it; see apply.mjs. */
export const textWith = (fault) => faultyText(fault, readFileSync(join(tree, fault.file), 'utf8'));

/**
 * Lets all oracles look for the fault, and if they do not find it, one more: what the unchanged code does. Answers { id, function,
 * wrong, found, falseAlarm, finding, operations, seconds }.
 */
export async function judgeFault(fault, seconds = SECONDS) {
  const { id, function: name, wrong } = fault;
  await buildFaulty(fault);
  let result = await hunt({ code: id, seconds });
  if (!result.finding) result = await hunt({ code: id, seconds, against: UNCHANGED });
  remove(id);
  // What ends the process, or hangs it, is no oracle.
  const found = result.operations !== undefined && result.finding !== undefined && !result.falseAlarm;
  return { id, function: name, wrong, found, ...result };
}

/** What oracles find in the unchanged code, in which there should be nothing. */
export const judgeUnchanged = (seconds) => hunt({ code: UNCHANGED, seconds });

/** Lets a process of its own look: the code may do to it what it likes. */
async function hunt(order) {
  const args = [HUNT, JSON.stringify({ unchanged: UNCHANGED, ...order })];
  const timeout = (order.seconds * SLOWEST + PATIENCE_SECONDS) * 1000;
  const { status, signal, stdout, stderr } = await runChild(process.execPath, args, { cwd: root, timeout });
  if (status === 0) return JSON.parse(stdout);
  if (signal) return { finding: { oracle: signal === 'SIGTERM' ? 'hang' : 'crash', rule: signal } };
  throw new Failure(`node ${args.join(' ')} ended with status ${status}:\n${stderr}`);
}

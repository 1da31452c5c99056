// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/race.mjs KERNEL…: a defect of real kernels (docs/specification/locks.md) happens in a guest with two CPUs, and the check names it. A kernel
 * that is installed boots, and its memory is looked at while it runs, as /proc/kcore is: before the second CPU does something there is no
 * problem, and behind the race there is one, also in the dump that QEMU writes then. Takes minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dump } from '../../dist/dump/dump.js';
import { openDump } from '../../dist/dump/index.js';
import { requireInstalled } from '../../dist/kernel/index.js';
import { Failure, script } from '../steps.mjs';
import { buildDisk, Guest, MEGABYTES } from './guest.mjs';
import { liveMemory } from './live-memory.mjs';

/** I6: an entry that nobody linked. */
const RULE = 'I6';

/** Looks as long as the guest has not said something. Answers what was told. */
async function lookUntil(guest, text, dump) {
  const counts = { checks: 0, looks: 0, torn: 0, unsure: 0 };
  const told = [];
  do {
    const { problems, unsure, looks, torn } = await dump.checkInLooks();
    if (guest.has(text)) break;
    told.push(...problems);
    counts.checks++;
    counts.looks += looks;
    counts.torn += torn;
    counts.unsure += unsure.length;
  } while (!guest.has(text));
  return { counts, told };
}

const lines = (problems) => problems.map(({ rule, text }) => `  ${rule}: ${text}`).join('\n');

async function race(name) {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-race-'));
  let guest;
  try {
    const kernel = requireInstalled(name);
    const { types } = kernel;
    guest = new Guest(kernel.image, await buildDisk(kernel, folder), folder, 'race');
    if ((await guest.line('SETUP')) !== '0') throw new Failure('the guest has no gmap');
    const live = new Dump([liveMemory(guest.memory, MEGABYTES << 20)], types);
    console.log(`${kernel.release}: ${live.gmaps.length} gmap of a kernel that runs`);
    const quiet = await lookUntil(guest, 'QUIET', live);
    console.log(`one CPU: ${JSON.stringify(quiet.counts)}`);
    if (quiet.told.length > 0) throw new Failure(`told without a defect:\n${lines(quiet.told)}`);
    console.log(`two CPUs: ${await guest.line('HIT')}`);
    const { problems, looks } = await live.checkInLooks();
    console.log(`while it runs, in each of ${looks} looks:\n${lines(problems)}`);
    const file = join(folder, 'dump');
    await guest.dump(file);
    const dump = openDump(file, types === undefined ? {} : { types });
    const dumped = dump.check();
    console.log(`in the dump:\n${lines(dumped)}`);
    for (const found of [problems, dumped])
      if (!found.some(({ rule }) => rule === RULE)) throw new Failure(`the defect happened, and no ${RULE} is told`);
    live.close();
    dump.close();
  } finally {
    guest?.end();
    rmSync(folder, { recursive: true });
  }
}

await script(async () => {
  const names = process.argv.slice(2);
  if (names.length === 0) throw new Failure('usage: node scripts/dumps/race.mjs KERNEL…');
  for (const name of names) await race(name);
});

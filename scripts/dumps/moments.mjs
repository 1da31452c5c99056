// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/moments.mjs COUNT KERNEL…: a kernel that is installed boots with two CPUs, both of which map, fault in and unmap segments of
 * a guest without a pause. It is dumped at COUNT moments that nobody chose, and checked: what is told then must say that a lock was held.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDump } from '../../dist/dump/index.js';
import { requireInstalled } from '../../dist/kernel/index.js';
import { Failure, script } from '../steps.mjs';
import { buildDisk, Guest } from './guest.mjs';

/** At most so long does the guest run between two of them. */
const MOST_MILLISECONDS = 30;

async function checkMoment(guest, file, types) {
  await guest.dump(file);
  const dump = openDump(file, types === undefined ? {} : { types });
  try {
    if (dump.gmaps.length !== 1) throw new Failure(`${dump.gmaps.length} gmaps, not 1`);
    return { problems: dump.check(), linked: dump.gmaps[0].linked.size };
  } finally {
    dump.close();
  }
}

async function lookAtMoments(count, name) {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-moments-'));
  const kernel = requireInstalled(name);
  let guest;
  try {
    guest = new Guest(kernel.image, await buildDisk(kernel, folder), folder, 'busy');
    if ((await guest.line('SETUP')) !== '0') throw new Failure('the guest has no gmap');
    await guest.line('BUSY');
    const counts = { clean: 0, held: 0, false: 0 };
    const linked = [0, 0, 0];
    for (let moment = 0; moment < count; moment++) {
      await pause(Math.random() * MOST_MILLISECONDS);
      const seen = await checkMoment(guest, join(folder, 'dump'), kernel.types);
      await guest.goOn();
      const wrong = seen.problems.filter(({ held }) => held.length === 0);
      counts[wrong.length > 0 ? 'false' : seen.problems.length > 0 ? 'held' : 'clean']++;
      linked[seen.linked]++;
      for (const { rule, text } of wrong) console.log(`  ${rule}: ${text}`);
    }
    console.log(
      `${kernel.release}: ${count} moments (none, one, both segments linked: ${linked.join(', ')}): nothing told in ${counts.clean}, ` +
        `with a lock that was held in ${counts.held}, without one in ${counts.false}`,
    );
    if (counts.false > 0) process.exitCode = 1;
  } finally {
    guest?.end();
    rmSync(folder, { recursive: true });
  }
}

await script(async () => {
  const [count, ...names] = process.argv.slice(2);
  if (!(Number(count) > 0) || names.length === 0)
    throw new Failure('usage: node scripts/dumps/moments.mjs COUNT KERNEL…');
  for (const name of names) await lookAtMoments(Number(count), name);
});

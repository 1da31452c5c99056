// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/damage.mjs SEED COUNT SECONDS: damages a dump of test/dump/fixtures in COUNT ways, and looks at all that is in it each
 * time, for at most SECONDS. Prints { outcomes, slowest, megabytes }: how often which way of ending, the longest in milliseconds of CPU time, and the
 * memory that this process took. What must not be ends the process.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { openFormat } from '../../dist/dump/formats/open.js';
import { openDump } from '../../dist/dump/index.js';
import { RandomAccessFile } from '../../dist/files/random-access.js';
import { shootDump } from '../../dist/film/shoot-dump.js';
import { parseTrace } from '../../dist/index.js';
import { root } from '../steps.mjs';
import { Damages, lookAtAll, randomOf } from './damages.mjs';
import { partsOf } from './parts.mjs';

/** Of the guests that the fixtures are of. */
const COUNT = (512 << 20) / 4096;

const [seed, rounds, seconds] = process.argv.slice(2).map(Number);
const random = randomOf(seed);
const fixtures = readdirSync(`${root}test/dump/fixtures`).filter((name) => name.endsWith('.btf'));
const name = `${root}test/dump/fixtures/${fixtures[seed % fixtures.length].replace(/\.btf$/, '')}`;
const parts = partsOf(openFormat([new RandomAccessFile(`${name}.kdump`)]), COUNT);

/** Ends also what never comes back. */
function withinSeconds(work) {
  globalThis.work = work;
  return runInThisContext('work()', { timeout: 1000 * seconds });
}

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-dumps-'));
const outcomes = {};
let slowest = 0;
try {
  const damages = new Damages({ ...parts, types: `${name}.btf` }, folder, random);
  for (let i = 0; i < rounds; i++) {
    const { kind, dump, types } = damages.next();
    const start = process.cpuUsage();
    try {
      const outcome = withinSeconds(() => lookAtAll({ openDump, shootDump, parseTrace }, dump, types));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    } catch (error) {
      throw new Error(`damage ${i + 1} of seed ${seed} (${kind})`, { cause: error });
    }
    const { user, system } = process.cpuUsage(start);
    slowest = Math.max(slowest, (user + system) / 1000);
  }
  damages.close();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(JSON.stringify({ outcomes, slowest, megabytes: process.resourceUsage().maxRSS / 1024 }));

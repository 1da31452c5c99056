// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random calls of everything that is exported, for sanitizers: --seed 1 --calls 100000, or --seconds 15; or --workers 50, which
 * make such calls and are ended at random.
 *
 * Prints as JSON how often each door was gone through, how often that reached native code, and how often there were a gmap,
 * shared memory, a snapshot and a callback. Ends with 1 if something was thrown that is not typed, or memory is lost.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../steps.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    calls: { type: 'string' },
    seconds: { type: 'string' },
    workers: { type: 'string' },
  },
});
const seed = Number(values.seed);
const most = values.calls === undefined ? Number.POSITIVE_INFINITY : Number(values.calls);
const until =
  performance.now() + (values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds) * 1000);

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-api-'));
process.env.S390_GMAP_CACHE = join(folder, 'cache');
process.chdir(root);
const { runCalls } = await import('./calls.mjs');
const { endWorkers } = await import('./workers.mjs');
const ran =
  values.workers === undefined
    ? await runCalls({ seed, folder, isOver: (calls) => calls >= most || performance.now() >= until })
    : await endWorkers({ seed, folder, workers: Number(values.workers) });
process.chdir(root);
rmSync(folder, { recursive: true, force: true });

const leaks = join(root, 'out/addon-asan/leaks.node');
const hasLeaks =
  process.env.S390_GMAP_LEAKS === '1' && existsSync(leaks) && createRequire(import.meta.url)(leaks).hasLeaks();
const problems = [...ran.problems, ...(hasLeaks ? ['native memory is lost: see the report'] : [])];
console.log(JSON.stringify({ seed, ...ran, problems }));
process.exit(problems.length > 0 ? 1 : 0);

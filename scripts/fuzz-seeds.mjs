// SPDX-License-Identifier: GPL-2.0-only
// node scripts/fuzz-seeds.mjs FOLDER: writes each recording as an input of the fuzzer. Needs dist/ (npm run build).
import { argv } from 'node:process';
import { Failure, root, script } from './steps.mjs';

await script(async () => {
  const folder = argv[2];
  if (folder === undefined) throw new Failure('usage: node scripts/fuzz-seeds.mjs FOLDER');
  const { CorpusFolder, readInput } = await import(`${root}dist/fuzz/corpus.js`);
  const { findTraces } = await import(`${root}dist/cli/files.js`);
  const corpus = new CorpusFolder(folder);
  const traces = findTraces(['recordings']);
  for (const trace of traces) corpus.save(readInput(trace));
  console.log(`${traces.length} recordings are in ${folder}`);
});

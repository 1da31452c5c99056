// SPDX-License-Identifier: GPL-2.0-only
// npm run build:coverage: the addon by clang, with a core that counts its edges, in out/coverage/, for `s390-gmap fuzz --coverage`.
import { build } from './build.mjs';
import { hasCommand } from './setup.mjs';
import { Failure, root, script, step } from './steps.mjs';

/** More than users need: CI compiles the addon here by clang, and under AddressSanitizer by gcc. */
const WARNINGS = '-Wall -Wextra -Wshadow -Wconversion -Werror';

await script(async () => {
  for (const tool of ['clang', 'cmake'])
    if (!hasCommand(tool)) throw new Failure(`${tool} is not installed (Debian, Ubuntu: apt-get install ${tool}).`);
  await build();
  const options = ['compile', '--out', 'out/coverage/build', '--CDCOVERAGE=ON'];
  await step('compile the addon with counters', 'node_modules/.bin/cmake-js', options, {
    env: { CC: 'clang', CXX: 'clang++', CFLAGS: WARNINGS, CXXFLAGS: WARNINGS },
  });
  const look = `import('${root}dist/fuzz/index.js').then(({ Fuzzer }) => {
    const { counters } = new Fuzzer().stats;
    if (counters === 0) throw new Error('the addon has no counters');
  })`;
  await step('see that it counts', process.execPath, ['-e', look], {
    env: { S390_GMAP_ADDON: `${root}out/coverage/build/Release/s390_gmap.node` },
  });
});

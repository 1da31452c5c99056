// SPDX-License-Identifier: GPL-2.0-only
// Programs that bundlers have made. Left outside of the bundle, the package works; inside of it, it works when told where the addon is, and
// otherwise says what helps.
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root, step } from '../steps.mjs';
import { addonIn, fails, works } from './project.mjs';

const node = process.execPath;
const vite = join(root, 'node_modules/vite/bin/vite.js');

/** The file of a bundle, and the command that makes it. */
const bundlers = (tool) => {
  const esbuild = [tool('esbuild/bin/esbuild'), 'use.mjs', '--bundle', '--platform=node', '--log-level=warning'];
  const viteSsr = [vite, 'build', '--logLevel', 'warn', '--ssr', 'use.mjs', '--outDir'];
  return {
    inside: {
      'esbuild/esm.mjs': [...esbuild, '--format=esm', '--outfile=out/esbuild/esm.mjs'],
      'esbuild/cjs.cjs': [...esbuild, '--format=cjs', '--outfile=out/esbuild/cjs.cjs'],
      'vite/use.js': [...viteSsr, 'out/vite', '--config', 'inline.config.mjs'],
      'webpack/use.cjs': ['webpack.cjs'],
    },
    outside: {
      'esbuild-external/use.mjs': [
        ...esbuild,
        '--format=esm',
        '--external:s390-gmap',
        '--outfile=out/esbuild-external/use.mjs',
      ],
      'vite-external/use.js': [...viteSsr, 'out/vite-external'],
    },
  };
};

function configure(folder, tool) {
  writeFileSync(join(folder, 'inline.config.mjs'), 'export default { ssr: { noExternal: true } };\n');
  writeFileSync(
    join(folder, 'webpack.cjs'),
    `const options = { mode: 'production', entry: './use.mjs', target: 'node20', optimization: { minimize: false },
       output: { path: __dirname + '/out/webpack', filename: 'use.cjs', chunkFilename: '[name].cjs' } };
     require(${JSON.stringify(tool('webpack'))})(options, (error, stats) => {
       if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString());
     });\n`,
  );
}

/** `folder`: a project with the package; it is moved, as bundles run where it is not. */
export async function bundled(folder, tool) {
  configure(folder, tool);
  const { inside, outside } = bundlers(tool);
  for (const [file, args] of Object.entries({ ...inside, ...outside }))
    await step(`bundle ${file}`, node, args, { cwd: folder });
  for (const file of Object.keys(outside)) await works(`run ${file}`, node, [join('out', file)], { cwd: folder });
  await traced(folder, tool);
  const elsewhere = `${folder}-bundles`;
  renameSync(join(folder, 'out'), elsewhere);
  copyFileSync(addonIn(folder), join(elsewhere, 'addon.node'));
  renameSync(folder, `${folder}-moved`);
  for (const file of Object.keys(inside)) {
    const said = fails(`run ${file} without the addon`, [file], { cwd: elsewhere });
    if (!said.includes('AddonError') || !said.includes('set S390_GMAP_ADDON'))
      throw new Failure(`${file} does not say what helps:\n${said}`);
    const env = { S390_GMAP_ADDON: 'addon.node' };
    await works(`run ${file}`, node, [file], { cwd: elsewhere, env });
  }
}

/** What collects the files of a program for Next.js finds the addon. */
async function traced(folder, tool) {
  const text = `import { nodeFileTrace } from ${JSON.stringify(tool('@vercel/nft/out/index.js'))};
    const { fileList } = await nodeFileTrace(['use.mjs']);
    if ([...fileList].some((file) => file.endsWith('.node'))) console.log('works');`;
  await works('collect its files', node, ['--input-type=module', '-e', text], { cwd: folder });
}

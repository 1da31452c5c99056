// SPDX-License-Identifier: GPL-2.0-only
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

// dist/ is the package's: the page goes in beside what TypeScript compiled, and nothing there is deleted.
export default defineConfig({
  logLevel: 'warn',
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: {
    outDir: '../dist',
    emptyOutDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    rollupOptions: { input: 'explorer.html' },
  },
});

// SPDX-License-Identifier: GPL-2.0-only
/** The declarations that users compile against need neither Node's nor the DOM's: a strict program with `types: []` compiles. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };
const modules = Object.entries(exports).filter(([, file]) => file.endsWith('.js'));

/** Answers what the compiler says. */
function compile(source: string): string {
  const folder = mkdtempSync(join(root, 'out/types-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'use.ts'), source);
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    types: [],
    lib: ['es2022'],
    target: 'es2022',
    module: 'nodenext',
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

it('compiles without any types but ours', () => {
  const uses = modules.map(
    ([, file], i) => `import * as m${i} from '../../${file.slice(2)}'; export const u${i} = m${i};`,
  );
  const program = `
    import { Machine, unwrap } from '../../dist/index.js';
    const machine = new Machine({ kernel: 'linux-6.1' });
    unwrap(machine.mm.enableSie());
    export const address: bigint = unwrap(unwrap(machine.mm.createGmap(0x7fffffffn)).translate(0n));
    machine.close();
    machine[Symbol.dispose]();`;
  expect(compile([...uses, program].join('\n'))).toBe('');
}, 60_000);

it('would be seen to need more', () => {
  expect(compile('export const buffer: Buffer = undefined!;')).toContain("Cannot find name 'Buffer'");
}, 60_000);

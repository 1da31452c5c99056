// SPDX-License-Identifier: GPL-2.0-only
/** Runs JavaScript in a process of its own, with the compiled package. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const dist = new URL('../../dist/index.js', import.meta.url).href;

export interface ChildResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Source of `guest(options)`, for programs that run elsewhere: a machine, its process, and a guest of four segments. */
export const GUEST = `const guest = (options) => {
  const machine = new Machine(options);
  const { mm } = machine;
  unwrap(mm.enableSie());
  unwrap(mm.mmap({ address: 0x10000000000n, length: 0x400000n }));
  const gmap = unwrap(mm.allocGmap(0x7fffffffn));
  unwrap(gmap.mapSegment({ from: 0x10000000000n, to: 0n, length: 0x400000n }));
  return { machine, mm, gmap };
};`;

/** `body` can use `Machine`, `unwrap`, `gc()`, `guest()`, and `rss()` in MiB. Its output is standard output and error. */
export async function runChild(body: string, env: Record<string, string> = {}): Promise<ChildResult> {
  const source = `
    import { GmapError, Machine, unwrap } from ${JSON.stringify(dist)};
    const rss = () => process.memoryUsage.rss() / 2 ** 20;
    const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
    ${GUEST}
    ${body}`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, output: output.trim() };
}

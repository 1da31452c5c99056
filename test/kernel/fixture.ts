// SPDX-License-Identifier: GPL-2.0-only
/** A cache folder with an installed kernel, and a fake QEMU to boot it with: see fake-guest.mjs. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstalledKernel } from '../../lib/kernel/index.js';
import { fixture } from '../dump/fixture.js';

export interface FakeKernels {
  readonly folder: string;
  /** For a process that shall find the fake QEMU, the cache and the log. */
  readonly env: Record<string, string>;
  readonly kernel: InstalledKernel;
  /** What the fake guest has done so far: `boot PID`, `run CALLS`. */
  log(): string[];
  /** The processes that it was. */
  pids(): number[];
  clearLog(): void;
  remove(): void;
}

const fakeGuest = fileURLToPath(new URL('fake-guest.mjs', import.meta.url));

/** Its installation is that of this version of the package if `harness` says so. */
export function fakeKernels(harness = 'fake'): FakeKernels {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-kernel-'));
  const cache = join(folder, 'cache');
  const kernel = fakeKernel(join(cache, 'kernels', '4.7'), harness);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const version = '[ "$1" = --version ] && exec echo \'QEMU emulator version 7.2.22 (fake)\'';
  writeProgram(join(bin, 'qemu-system-s390x'), `${version}\nexec '${process.execPath}' '${fakeGuest}'`);
  const log = join(folder, 'log');
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  return {
    folder,
    kernel,
    env: { PATH: `${bin}:${process.env.PATH}`, S390_GMAP_CACHE: cache, FAKE_GUEST_LOG: log },
    log: lines,
    pids: () => lines().flatMap((line) => (line.startsWith('boot ') ? [Number(line.slice(5))] : [])),
    clearLog: () => rmSync(log, { force: true }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Its dumps are those of a 6.12. */
function fakeKernel(folder: string, harness: string): InstalledKernel {
  mkdirSync(folder, { recursive: true });
  const kernel: InstalledKernel = {
    name: '4.7',
    kernel: 'linux-4.7',
    release: '4.7.4-fake',
    version: '4.7.4-1',
    origin: 'tree',
    from: '/nowhere/linux-4.7.4',
    folder,
    image: join(folder, 'image'),
    initrd: join(folder, 'initrd.gz'),
    build: '/nowhere/linux-4.7.4',
    types: fixture.types,
    modules: [],
    harness,
  };
  writeFileSync(join(folder, 'kernel.json'), JSON.stringify({ format: 1, ...kernel }));
  return kernel;
}

export function writeProgram(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a process is gone; answers whether it is. */
export async function isGoneSoon(pid: number, milliseconds = 3000): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (!isRunning(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

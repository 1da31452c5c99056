// SPDX-License-Identifier: GPL-2.0-only
import { run } from '../command.js';

/** `7.2`; what recordings say of the machine. */
export async function qemuVersion(): Promise<string> {
  const text = await run('qemu-system-s390x', ['--version']);
  return /version ([0-9]+\.[0-9]+)/.exec(text)?.[1] ?? 'unknown';
}

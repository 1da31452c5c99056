// SPDX-License-Identifier: GPL-2.0-only
import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * When a process ends Node gives the terminal its settings back, and aborts if that is gone. From here on, a terminal that is
 * gone at the end is closed first, which Node leaves alone.
 */
export function allowTerminalToGo(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}

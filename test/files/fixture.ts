// SPDX-License-Identifier: GPL-2.0-only
/** A folder with one thing of each kind in it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Names that steer a terminal, and how they are shown. */
export const hostileNames = {
  escape: ['\x1b]0;title\x07a', '\\x1b]0;title\\x07a'],
  lineBreak: ['0 passed\n0 failed', '0 passed\\x0a0 failed'],
  csi: ['\u009b31mred', '\\x9b31mred'],
  bidi: ['\u202eecart', '\\u202eecart'],
} as const;

export interface OneOfEach {
  readonly folder: string;
  /** What is no file, and what is said of it. */
  readonly skipped: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Makes the folder. All names end in `extension`; `good` is the content of files that can be read.
 */
export async function oneOfEach(folder: string, extension: string, good: string): Promise<OneOfEach> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, `${name}${extension}`);
  spawnSync('mkfifo', [at('fifo')]);
  const server = createServer();
  // The path of a socket is short: it is made from within.
  const here = process.cwd();
  process.chdir(folder);
  await new Promise<void>((resolve) => server.listen(`socket${extension}`, resolve));
  process.chdir(here);
  symlinkSync('nothing', at('dangling'));
  symlinkSync(`loop${extension}`, at('loop'));
  symlinkSync('/dev/zero', at('zero'));
  symlinkSync(`fifo${extension}`, at('link-to-fifo'));
  symlinkSync('.', at('link-to-folder'));
  // A device of its own needs root.
  const hasDevice = spawnSync('mknod', [at('device'), 'c', '1', '5']).status === 0;
  mkdirSync(at('folder'));
  writeFileSync(join(folder, `folder${extension}`, `inner${extension}`), good);
  writeFileSync(at('good'), good);
  symlinkSync(`good${extension}`, at('link'));
  writeFileSync(at('empty'), '');
  writeFileSync(at('nul'), `${good}\0\n`);
  writeFileSync(at('utf16'), Buffer.from(`\ufeff${good}`, 'utf16le'));
  // A regular file that even root cannot read.
  symlinkSync('/proc/self/mem', at('unreadable'));
  writeFileSync(at('forbidden'), good);
  chmodSync(at('forbidden'), 0);
  for (const [name] of Object.values(hostileNames)) writeFileSync(at(name), good);
  return {
    folder,
    skipped: {
      [at('fifo')]: 'a FIFO',
      [at('socket')]: 'a socket',
      [at('dangling')]: 'a link to nothing',
      [at('loop')]: 'a link that cannot be followed (ELOOP)',
      [at('zero')]: 'a link to a device',
      [at('link-to-fifo')]: 'a link to a FIFO',
      [at('link-to-folder')]: 'a link to a folder',
      ...(hasDevice && { [at('device')]: 'a device' }),
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

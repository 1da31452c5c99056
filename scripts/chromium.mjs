// SPDX-License-Identifier: GPL-2.0-only
// Where Chromium is, for what has to be seen in a real browser. Nothing is downloaded.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from './steps.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Its file; undefined, with a printed reason, if there is none. In CI that is a failure. */
export function findChromium(what) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [process.env.S390_GMAP_CHROMIUM, ...candidates].find((file) => file && existsSync(file));
  if (found) return found;
  const reason = `${what}: there is no Chromium (Debian, Ubuntu: apt-get install chromium; elsewhere: S390_GMAP_CHROMIUM=path)`;
  if (process.env.CI) throw new Failure(reason);
  console.log(`NOT RUN: ${reason}`);
  return undefined;
}

// SPDX-License-Identifier: GPL-2.0-only
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where this package keeps what it got or built: `S390_GMAP_CACHE`, or `s390-gmap` where the user's caches are. */
export function cacheFolder(): string {
  const { S390_GMAP_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return resolve(own);
  // As the XDG specification says, a relative path is no answer.
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 's390-gmap');
}

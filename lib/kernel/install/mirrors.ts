// SPDX-License-Identifier: GPL-2.0-only
/** The Debian mirrors that this machine uses, from its own apt configuration. */
import { run } from '../command.js';

export interface Mirror {
  readonly uri: string;
  /** Whether it has the security updates. */
  readonly security: boolean;
}

const DEBIAN_SUITE =
  /^(?:bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)(?:[-/][a-z-]+)?$/;

/** In the order of the configuration; none if the machine uses no Debian mirror. */
export async function debianMirrors(): Promise<Mirror[]> {
  // Without release info: also what was never updated, as in fresh containers.
  const text = await run('apt-get', ['indextargets', '--no-release-info', '--format', '$(REPO_URI)\t$(RELEASE)']);
  return parseMirrors(text);
}

/** Reads lines of address, tab, suite. */
export function parseMirrors(text: string): Mirror[] {
  const mirrors = new Map<string, Mirror>();
  for (const line of text.split('\n')) {
    const [uri = '', suite = ''] = line.split('\t');
    if (!DEBIAN_SUITE.test(suite)) continue;
    const security = /security|\/updates$/.test(suite);
    if (!mirrors.has(uri)) mirrors.set(uri, { uri, security });
  }
  return [...mirrors.values()];
}

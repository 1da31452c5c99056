// SPDX-License-Identifier: GPL-2.0-only
/** The Debian mirrors that this machine uses, from its own apt configuration. */
import { wrongType } from '../../arguments.js';
import { show } from '../../show.js';
import { run } from '../command.js';
import { LiveKernelError } from '../errors.js';

export interface Mirror {
  readonly uri: string;
  /** Whether it has the security updates. */
  readonly security: boolean;
}

/** Of a list of sources: white space ends it, also where it is written as %20, and # begins a comment. */
const ONE_WORD = /^(?:(?!%(?:[01][0-9a-f]|20|7f))[^\s\p{C}\p{Z}"'#])+$/iu;

/** What a mirror that a user names must be. */
export const MIRROR = 'the http, https or file URL of a Debian mirror, without white space';

/** Whether a user can mean a mirror by it. */
export function isMirror(text: string): boolean {
  return ONE_WORD.test(text) && URL.canParse(text) && /^(?:https?|file):$/.test(new URL(text).protocol);
}

/** @throws {TypeError | RangeError} if it is none. */
export function checkMirror(name: string, mirror: unknown): string {
  if (typeof mirror !== 'string') throw wrongType(name, 'a string', mirror);
  if (!isMirror(mirror)) throw new RangeError(`${name} must be ${MIRROR}, not ${show(mirror)}`);
  return mirror;
}

/** Whatever says where packages come from: another word would be another source, and one that needs no signature. */
export function requireOneWord(uri: string): void {
  if (!ONE_WORD.test(uri)) throw new LiveKernelError('ERR_DOWNLOAD', `${show(uri)} cannot be the address of a mirror`);
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

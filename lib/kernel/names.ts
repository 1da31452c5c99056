// SPDX-License-Identifier: GPL-2.0-only
/** What kernels are called: `6.1` by users and in the cache folder, `linux-6.1` in traces and by the model. */
import { show } from '../show.js';
import { LiveKernelError } from './errors.js';

const PREFIX = 'linux-';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;
const RELEASE = /^([0-9]+)\.([0-9]+)/;

/** `6.1` for `6.1` and for `linux-6.1`. */
export function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

/**
 * The name without `linux-`.
 *
 * @throws {LiveKernelError} if it cannot be a name.
 */
export function shortName(name: string): string {
  const short = withoutPrefix(name);
  if (NAME.test(short)) return short;
  throw new LiveKernelError(
    'ERR_UNKNOWN_NAME',
    `${show(name)} is no name of a kernel: letters, digits and ._+- make one, such as 6.1`,
  );
}

/** The kernel as traces name it, from its release: `linux-4.7` for `4.7.4-dirty`; none if that is no release. */
export function traceKernel(release: string): string | undefined {
  const [, major, minor] = RELEASE.exec(release) ?? [];
  return major === undefined ? undefined : `${PREFIX}${major}.${minor}`;
}

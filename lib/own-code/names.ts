// SPDX-License-Identifier: GPL-2.0-only
/** What codes are called: `mine`, or `linux-6.1` for that of Debian's package, where `6.1` means the same. */
import { checkText } from '../arguments.js';
import { quoted } from '../quoted.js';
import { show } from '../show.js';
import { OwnCodeError } from './errors.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;
/** What stands beside codes where two of them are compared; no code is called so. */
export const PORT = 'port';

const VERSION = /^[0-9]+\.[0-9]+$/;
const DEBIANS = /^linux-([0-9]+\.[0-9]+)$/;

/**
 * The name of a code, as its folder is called.
 *
 * @throws {OwnCodeError} if it cannot be a name.
 */
export function codeName(name: string): string {
  if (VERSION.test(name)) return `linux-${name}`;
  if (NAME.test(name) && name !== PORT) return name;
  throw new OwnCodeError(
    'ERR_CODE_NAME',
    `${show(name)} is no name of a code: letters, digits and ._+- make one, such as mine, or 6.1`,
  );
}

/** Whether a text is the name of a code as {@link codeName} answers it. */
export function isCodeName(text: string): boolean {
  return NAME.test(text) && !VERSION.test(text) && text !== PORT;
}

/** The name of a code as an option, or throws. */
export function takeCode(name: string, value: unknown): string {
  return codeName(checkText(name, value));
}

/** The version of Debian's package that the code of that name is of; none if it is another's. */
export function debianVersion(name: string): string | undefined {
  return DEBIANS.exec(name)?.[1];
}

/** The command that builds the code of that name. `tree`: the folder that it is built from. */
export function buildCommand(name: string, tree: string | undefined): string {
  const version = debianVersion(name);
  if (version !== undefined && tree === undefined) return `s390-gmap kernel build ${version}`;
  return `s390-gmap kernel build --source ${tree === undefined ? 'TREE' : quoted(tree)} --name ${name}`;
}

// SPDX-License-Identifier: GPL-2.0-only

/** A path for a shell; without the slash at the end, which cmd.exe would take for an escape. */
export function quoted(path: string): string {
  const folder = path.replace(/(?<=.)[\\/]$/, '');
  return /^[\w\-./:@+\\]+$/.test(folder) ? folder : `"${folder}"`;
}

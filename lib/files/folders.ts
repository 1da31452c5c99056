// SPDX-License-Identifier: GPL-2.0-only
/** Folders: making them, and what is there. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { attempt, FileError } from './file-error.js';
import { remove } from './write.js';

/**
 * Makes a folder and those above it, unless they are there. Node's own mkdir with `recursive` does not end below /proc.
 * Answers the folders that were made, the uppermost first.
 *
 * @throws {FileError} the first that the system says.
 */
export function makeFolder(path: string): string[] {
  const folder = resolve(path);
  if (isFolder(folder)) return [];
  const above = dirname(folder);
  const made = above === folder ? [] : makeFolder(above);
  return attempt('make the folder', path, () => {
    try {
      mkdirSync(folder);
      return [...made, folder];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      // Somebody else may have made it in between.
      if (isFolder(folder)) return made;
      throw new FileError('make the folder', path, 'there is a file of that name', { cause: error });
    }
  });
}

/**
 * Tries whether the folder can be made and written into, and leaves everything as it was: better known now than after
 * hours of work.
 *
 * @throws {FileError}
 */
export function tryFolder(path: string): void {
  const made = makeFolder(path);
  attempt('write into', path, () => {
    const trial = join(path, `.trial.${process.pid}`);
    writeFileSync(trial, 'trial');
    rmSync(trial);
  });
  for (const folder of made.reverse()) attempt('remove', folder, () => rmdirSync(folder));
}

/** Whether it is there, whatever it is. A link to nothing is not. */
export function exists(path: string): boolean {
  return existsSync(path);
}

/** Whether it is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Whether both are there, and are one folder, by whatever names. */
export function isSameFolder(a: string, b: string): boolean {
  return isFolder(a) && isFolder(b) && realPath(a) === realPath(b);
}

/** @throws {FileError} if nothing is there, or it cannot be looked at. */
export function requireThere(path: string): void {
  attempt('read', path, () => statSync(path));
}

/** Whether it is a file that can be started as a program. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path without links in it. @throws {FileError} */
export function realPath(path: string): string {
  return attempt('read', path, () => realpathSync(path));
}

/** The names of what is in a folder, sorted. @throws {FileError} */
export function namesIn(folder: string): string[] {
  return attempt('read', folder, () => readdirSync(folder).sort());
}

/** Folders that are gone when the process ends, unless they went before. */
const temporary = new Set<string>();

/**
 * Does the work with a new folder, which is removed afterwards, also if the process ends in between.
 *
 * @throws {FileError} if it cannot be made.
 */
export async function withTemporaryFolder<Result>(
  name: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  return untilGone(temporaryFolder(name), work);
}

/**
 * The same beside a path, with a hidden name: what is made in it can be given that path. Who has a lock removes those that
 * killed processes have left by `removeBeside`.
 */
export async function withFolderBeside<Result>(
  path: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const parent = dirname(path);
  const folder = attempt('make a folder in', parent, () => mkdtempSync(join(parent, `.${basename(path)}-`)));
  return untilGone(folder, work);
}

/** What `mkdtemp` puts at the end. */
const RANDOM_CHARACTERS = 6;

/** @throws {FileError} */
export function removeBeside(path: string): void {
  const parent = dirname(path);
  const begin = `.${basename(path)}-`;
  const isOne = (name: string) => name.startsWith(begin) && name.length === begin.length + RANDOM_CHARACTERS;
  for (const name of namesIn(parent).filter(isOne)) remove(join(parent, name));
}

async function untilGone<Result>(folder: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  if (temporary.size === 0) process.once('exit', removeTemporary);
  temporary.add(folder);
  try {
    return await work(folder);
  } finally {
    temporary.delete(folder);
    if (temporary.size === 0) process.off('exit', removeTemporary);
    remove(folder);
  }
}

function removeTemporary(): void {
  for (const folder of temporary) remove(folder);
}

/** A new folder that stays. @throws {FileError} */
export function temporaryFolder(name: string): string {
  const prefix = join(tmpdir(), `s390-gmap-${name}`);
  return attempt('make a folder in', tmpdir(), () => mkdtempSync(`${prefix}-`));
}

/** Gives a file or a folder another name near by. @throws {FileError} */
export function rename(from: string, to: string): void {
  attempt('rename', from, () => renameSync(from, to));
}

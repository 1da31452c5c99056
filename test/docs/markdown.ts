// SPDX-License-Identifier: GPL-2.0-only
/** Files of the repository and what is in their Markdown, for the tests of what they cite and link. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Made by tools, or not ours. */
const NOT_WRITTEN = /(^|\/)(node_modules|generated|build|out|dist|api)(\/|$)/;

/** A path is from the repository's root on. */
export const read = (path: string): string => readFileSync(root + path, 'utf8');

export function exists(path: string): boolean {
  return statSync(root + path, { throwIfNoEntry: false }) !== undefined;
}

/** All files below a folder, or the file itself, whose names fit. */
export function files(path: string, name: RegExp): string[] {
  if (statSync(root + path).isFile()) return [path];
  return readdirSync(root + path, { recursive: true, encoding: 'utf8' })
    .map((file) => `${path}/${file}`)
    .filter((file) => name.test(file) && !NOT_WRITTEN.test(file) && statSync(root + file).isFile())
    .sort();
}

/** Every page that somebody wrote. */
export function pages(): string[] {
  const inRoot = readdirSync(root).filter((file) => file.endsWith('.md'));
  const folders = ['docs', 'native', 'lib', 'kernel', 'recordings', 'examples', 'explorer', 'oss-fuzz', 'test'];
  return [...inRoot, ...folders.filter(exists).flatMap((folder) => files(folder, /\.md$/))];
}

/** Without code blocks, and without what stands in backquotes. */
export function prose(text: string): string {
  return text.replace(/^\s*```[\s\S]*?^\s*```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The text of a heading as a link to it names it, as GitHub does. */
function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/\\/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/ /g, '-');
}

export function headings(text: string): string[] {
  const withoutCode = text.replace(/^\s*```[\s\S]*?^\s*```/gm, '');
  return [...withoutCode.matchAll(/^#{1,6} +(.*)$/gm)].map((match) => match[1] ?? '');
}

/** What a link can name behind its #. */
export function anchors(text: string): Set<string> {
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1] ?? '');
  return new Set([...ids, ...headings(text).map(slug)]);
}

// SPDX-License-Identifier: GPL-2.0-only
// Part of npm run lint: memory of the process is taken and given back in native/core/machine/memory.c only.
import { readdirSync, readFileSync } from 'node:fs';
import { Failure, isMain, script } from './steps.mjs';

const PLACE = 'native/core/machine/memory.c';

/** What gives or takes memory: of libc, of POSIX, and functions of libc whose answer must be freed. C++ has `new`. */
const FUNCTIONS =
  /\b(?:std::)?(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|memalign|valloc|free|alloca|mmap|munmap|mremap|sbrk|strdup|strndup|asprintf|vasprintf|getline|open_memstream)\s*\(/;
const NEW = /(?:=|\breturn|\()\s*new\b/;

/** Each line that does, for people. `files`: texts by path. */
export function takesMemory(files) {
  return [...files].flatMap(([path, text]) =>
    withoutComments(text)
      .split('\n')
      .flatMap((line, i) =>
        FUNCTIONS.test(line) || (/\.(?:cc|hh)$/.test(path) && NEW.test(line))
          ? [`${path}:${i + 1}: ${line.trim()}`]
          : [],
      ),
  );
}

/** Lines stay where they are. */
const withoutComments = (text) =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => comment.replaceAll(/[^\n]/g, ' '));

function sources() {
  const paths = readdirSync('native', { recursive: true })
    .map((path) => `native/${path}`)
    .filter((path) => /\.(?:c|h|cc|hh)$/.test(path) && !path.split('/').includes('test') && path !== PLACE);
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
}

export function checkMemory() {
  const found = takesMemory(sources());
  if (found.length > 0)
    throw new Failure(
      `${found.join('\n')}\nMemory of the process is taken in ${PLACE}, by the functions of its header.`,
    );
}

if (isMain(import.meta.url)) await script(async () => checkMemory());

// SPDX-License-Identifier: GPL-2.0-only
/**
 * This package with next to no native code, so that a code is built in a second or two: a copy of dist/, and sources that are
 * an addon which hands over to the port's. And Linux trees with a few lines of our own: where gmap_flag() answers 1 the code
 * cannot be used.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../lib/package-root.js';

type Files = Readonly<Record<string, string>>;

function writeFiles(folder: string, files: Files): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A function of the runtime that does nothing. */
const hook = (name: string, args: string) => `void linux_${name}(${args});\nvoid linux_${name}(${args}) {}\n`;

/** What the hooks of both compilers call, as the runtime of real codes has it. */
const HOOKS = [
  ...[1, 2, 4, 8].flatMap((bytes) => [
    hook(`__sanitizer_cov_store${bytes}`, 'void *a'),
    hook(`__tsan_write${bytes}`, 'void *a'),
    hook(`__tsan_read${bytes}`, 'void *a'),
  ]),
  hook('__sanitizer_cov_trace_pc', 'void'),
  hook('__tsan_func_entry', 'void *a'),
  hook('__tsan_func_exit', 'void'),
  hook('__tsan_init', 'void'),
].join('');

/** The port's own addon, which stands in for what a real code would be. */
function portAddon(): string {
  const { path } = createRequire(import.meta.url)('node-gyp-build') as { path: (folder: string) => string };
  return path(packageRoot);
}

const NATIVE: Files = {
  'native/sources.txt': 'native/core/linux/gmap/gmap.c\nnative/core/one.c\n',
  'native/fuzz/sources.txt': 'native/core/two.c\n',
  'native/addon/sources.txt': 'native/addon/addon.cc\n',
  'native/own-code/sources.txt': 'native/own-code/runtime.c\n',
  'native/core/linux/gmap/gmap.c': '#error the port is not a part of a built code\n',
  'native/core/one.c': '#include "core/layout.h"\nint one(void) { return GMAP_BYTES; }\n',
  'native/core/layout.h': '#include "own_layout.h"\n',
  'native/core/two.c': 'int two(void) { return 2; }\n',
  'native/addon/addon.cc': `#include <dlfcn.h>
#include <node_api.h>
#ifndef OWN_CODE
#error
#endif
extern "C" int one(void);
extern "C" int two(void);
extern "C" int linux_gmap_flag(void);
NAPI_MODULE_INIT()
{
	int flag = one() + two() > 0 ? linux_gmap_flag() : 0;
	void *port = dlopen("${portAddon()}", RTLD_NOW | RTLD_LOCAL);

	return flag || !port ? exports : ((napi_addon_register_func)dlsym(port, "napi_register_module_v1"))(env, exports);
}
`,
  'native/own-code/runtime.c':
    `${HOOKS}static char statics[100];\nvoid *linux_own_statics_gmap = statics, *linux_own_statics_pgtable = statics;\n` +
    hook('own_fill', 'void *a, int b, unsigned long c') +
    hook('own_copy', 'void *a, const void *b, unsigned long c') +
    hook('own_unknown_instruction', 'const char *text, const char *file, int line'),
  'native/own-code/include/own/kernel.h':
    'extern struct own_statics_gmap *own_statics_gmap;\nextern struct own_statics_pgtable *own_statics_pgtable;\n' +
    'void own_fill(void *a, int b, unsigned long c);\nvoid own_copy(void *a, const void *b, unsigned long c);\n' +
    'void own_unknown_instruction(const char *text, const char *file, int line);\n',
  'native/own-code/include/linux/types.h': 'typedef unsigned long u64;\n',
  'native/own-code/tree/gmap.c': '#include <own/kernel.h>\n#include TREE_GMAP_C\n',
  'native/own-code/tree/pgtable.c': '#include <own/kernel.h>\n#include TREE_PGTABLE_C\n',
  'native/own-code/tree/layout.c':
    '#include <asm/gmap.h>\nint printf(const char *, ...);\n' +
    'int main(void) { printf("#define GMAP_BYTES %lu\\n", sizeof(struct gmap)); return 0; }\n',
};

/** The files of a tree, the least that is one. */
export const TREE: Files = {
  Makefile: '# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\nEXTRAVERSION =\nNAME = x\n',
  'arch/s390/mm/gmap.c':
    '#include <asm/gmap.h>\nint gmap_count(struct gmap *g) { g->count++; return 1; }\n\nint gmap_flag(void) { return 0; }\n',
  'arch/s390/mm/pgtable.c': 'const char *pgtable_file(void) { return __FILE__; }\n',
  'arch/s390/include/asm/gmap.h': '#include <linux/types.h>\nstruct gmap { u64 count; void *table; };\n',
  'arch/s390/include/asm/page.h': '',
  'arch/s390/include/asm/pgalloc.h': '',
  'arch/s390/include/asm/pgtable.h': '',
  'arch/s390/include/asm/tlbflush.h': '',
  'include/linux/list.h': '',
  'include/linux/unread.h': '',
};

export interface StubTrees {
  readonly folder: string;
  /** Makes a tree anew; a text of undefined leaves a file out. */
  readonly tree: (name: string, changes?: Readonly<Record<string, string | undefined>>) => string;
  readonly remove: () => void;
}

export function stubTrees(): StubTrees {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 's390-gmap-stub-')));
  return {
    folder,
    tree: (name, changes = {}) => {
      const files = Object.entries({ ...TREE, ...changes }).filter(([, text]) => text !== undefined);
      rmSync(join(folder, name), { recursive: true, force: true });
      return writeFiles(join(folder, name), Object.fromEntries(files) as Files);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface StubPackage extends StubTrees {
  readonly cache: string;
  /** Where the modules of it are: another process runs them. */
  readonly dist: string;
  readonly env: { readonly S390_GMAP_CACHE: string };
  /** Everything that the cache folder has, but for compiled objects and lists of packages. */
  readonly cached: () => string[];
}

export function stubPackage(): StubPackage {
  const trees = stubTrees();
  const root = writeFiles(join(trees.folder, 'package'), NATIVE);
  const dist = join(root, 'dist');
  cpSync(join(packageRoot, 'dist'), dist, { recursive: true });
  // source maps lead there
  symlinkSync(join(packageRoot, 'lib'), join(root, 'lib'));
  if (existsSync(join(packageRoot, 'build'))) symlinkSync(join(packageRoot, 'build'), join(root, 'build'));
  writeFileSync(join(root, 'package.json'), readFileSync(join(packageRoot, 'package.json')));
  symlinkSync(join(packageRoot, 'node_modules'), join(root, 'node_modules'));
  const cache = join(trees.folder, 'cache');
  return {
    ...trees,
    cache,
    dist,
    env: { S390_GMAP_CACHE: cache },
    cached: () => {
      const all = existsSync(cache) ? (readdirSync(cache, { recursive: true }) as string[]) : [];
      return all.filter((path) => !/^(?:objects|apt)\b/.test(path)).sort();
    },
  };
}

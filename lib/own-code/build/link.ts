// SPDX-License-Identifier: GPL-2.0-only
/** Makes the addon of all objects, and tries whether it can be loaded. */
import { CommandError, run } from '../../kernel/command.js';
import type { Job } from './compile-tree.js';
import { type Compiler, SANITIZE } from './compiler.js';
import { complaint } from './diagnose.js';
import { asOurs } from './objects.js';

/** As binding.gyp links the port: no C++ runtime, and nothing that nobody calls. */
const PLAIN = ['-nodefaultlibs', '-lc'];
const COMMON = ['-shared', '-Wl,--gc-sections', '-Wl,-Bsymbolic'];
/** Node has some symbols, so that what is not defined is no error; but the linker says where it is used. */
const TELL = ['-Wl,-z,defs', '-Wl,--warn-unresolved-symbols'];

/** @throws {OwnCodeError} if the tree's code calls what is not there. */
export async function link(
  job: Job,
  objects: readonly string[],
  read: readonly string[],
  addon: string,
): Promise<void> {
  const { compiler, sanitizer, signal, tree } = job;
  const remarks: string[] = [];
  const flags = sanitizer ? [SANITIZE[sanitizer], '-shared-libsan'] : PLAIN;
  const args = [...COMMON, ...TELL, ...objects, ...flags, '-o', addon];
  await asOurs('linking', () => run(compiler.c, args, { signal, onRemark: (line) => remarks.push(line) }));
  const output = remarks.filter((line) => /undefined (?:reference|symbol).*\blinux_/.test(line)).join('\n');
  if (output !== '') throw complaint('linking it', tree, new CommandError('undefined', output), read);
}

/** The libraries that must be there before Node loads the addon. */
export async function preloads({ c }: Compiler, sanitize: boolean): Promise<string[]> {
  if (!sanitize) return [];
  const arch = process.arch === 'x64' ? 'x86_64' : process.arch;
  return [(await run(c, [`-print-file-name=libclang_rt.asan-${arch}.so`])).trim()];
}

const LOAD = "process.dlopen({ exports: {} }, process.argv[1], require('node:os').constants.dlopen.RTLD_NOW)";

/** @throws {LiveKernelError} with what the loader says. */
export async function tryToLoad(addon: string, preload: readonly string[], { signal }: Job): Promise<void> {
  const env = preload.length > 0 ? { LD_PRELOAD: preload.join(' '), ASAN_OPTIONS: 'detect_leaks=0' } : {};
  await asOurs('loading it', () => run(process.execPath, ['-e', LOAD, addon], { signal, env }));
}

// SPDX-License-Identifier: GPL-2.0-only
/** The compiler that builds codes: clang, or else gcc. It must see each store that a tree's code makes. */
import { basename, delimiter, dirname, join } from 'node:path';
import { isFolder, isProgram, namesIn, realPath, withTemporaryFolder } from '../../files/folders.js';
import { writeFile } from '../../files/write.js';
import { CommandError, run } from '../../kernel/command.js';
import { LiveKernelError } from '../../kernel/errors.js';
import { visible } from '../../visible.js';
import { OwnCodeError } from '../errors.js';
import { textOfStamp, versionLine } from '../state.js';

export interface Compiler {
  readonly kind: 'clang' | 'gcc';
  /** Paths of programs. */
  readonly c: string;
  readonly cxx: string;
  readonly objcopy: string;
  /** As it calls itself. */
  readonly version: string;
  /** The folder of headers that every compiler has of its own, such as stdarg.h. */
  readonly headers: string;
}

export interface Wanted {
  /** The C compiler's name or path; default: the newest clang, or else gcc. */
  readonly program?: string;
  readonly sanitize: boolean;
  /** Whether it must make an addon, for which C++ is needed. */
  readonly addon: boolean;
}

/** How stores are told, by the kind of compiler; clang from 14 on. */
export const HOOKS: Readonly<Record<Compiler['kind'], string>> = {
  clang: '-fsanitize-coverage=trace-stores,func,trace-pc',
  gcc: '-fsanitize=thread',
};

export type Sanitizer = 'address' | 'thread';

export const SANITIZE: Readonly<Record<Sanitizer, string>> = {
  address: '-fsanitize=address,undefined',
  thread: '-fsanitize=thread',
};

/**
 * Finds a compiler with all that a build needs.
 *
 * @throws {LiveKernelError} that names what is missing, and the packages that have it.
 * @throws {OwnCodeError} if codes cannot be built on this system at all.
 */
export async function findCompiler(wanted: Wanted): Promise<Compiler> {
  if (process.platform !== 'linux')
    throw new OwnCodeError('ERR_CODE_HOST', `codes are built on Linux; this is ${process.platform} on ${process.arch}`);
  const problems: string[] = [];
  for (const c of wanted.program === undefined ? candidates() : named(wanted.program)) {
    const found = await triedOnce(c, wanted);
    if (typeof found === 'object') return found;
    problems.push(`  ${visible(c)}: ${visible(found)}`);
  }
  throw new LiveKernelError('ERR_TOOLS_MISSING', missing(problems, wanted));
}

function missing(problems: readonly string[], { program, sanitize }: Wanted): string {
  const none = program === undefined ? '  neither clang nor gcc' : `  no ${visible(program)}`;
  const packages = sanitize ? 'clang llvm libclang-rt-dev g++' : 'clang llvm g++';
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return [
    'a compiler for C and C++ is needed, and there is:',
    ...(problems.length > 0 ? problems : [none]),
    `install clang (or gcc with g++ alone): ${sudo}apt-get install ${packages}`,
  ].join('\n');
}

const searched = (): string[] => (process.env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));

function find(name: string): string | undefined {
  if (name.includes('/')) return isProgram(name) ? name : undefined;
  return searched()
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function named(program: string): string[] {
  const found = find(program);
  return found === undefined ? [] : [found];
}

/** clang, or what Debian calls its versions, the newest first; then gcc. */
function candidates(): string[] {
  const names = searched().flatMap((folder) => (isFolder(folder) ? namesIn(folder) : []));
  const versions = [...new Set(names.filter((name) => /^clang-[0-9]+$/.test(name)))];
  versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return ['clang', ...versions, 'gcc'].map(find).filter((path) => path !== undefined);
}

/** What trials have shown in this process, by the programs as they were. */
const tried = new Map<string, Promise<Compiler | string>>();

function triedOnce(c: string, wanted: Wanted): Promise<Compiler | string> {
  const key = `${c} ${textOfStamp(c)} ${wanted.sanitize} ${wanted.addon} ${process.env.PATH}`;
  const known = tried.get(key) ?? tryCompiler(c, wanted);
  tried.set(key, known);
  // Somebody may mend it.
  known.then((found) => typeof found === 'string' && tried.delete(key)).catch(() => tried.delete(key));
  return known;
}

/** The compiler, or what is wrong with it. */
async function tryCompiler(c: string, { sanitize, addon }: Wanted): Promise<Compiler | string> {
  try {
    const version = versionLine(await run(c, ['--version']));
    const kind = /\bclang\b/.test(version) ? 'clang' : 'gcc';
    if (sanitize && kind !== 'clang') return 'stores are told and sanitized at once by clang only';
    const cxx = beside(c, [basename(c).replace('clang', 'clang++').replace('gcc', 'g++').replace(/^cc$/, 'c++')]);
    if (cxx === undefined && addon)
      return `there is no C++ compiler of the same kind (in the package ${kind === 'gcc' ? 'g++' : 'clang'})`;
    const [, suffix = ''] = /(-[0-9]+)$/.exec(basename(c)) ?? [];
    const objcopy = beside(c, [`llvm-objcopy${suffix}`, 'llvm-objcopy', 'objcopy']);
    if (objcopy === undefined) return 'there is no objcopy (in the package binutils) and no llvm-objcopy (in llvm)';
    const headers = await ownHeaders(c, kind);
    const compiler: Compiler = { kind, c, cxx: cxx ?? c, objcopy, version, headers };
    return (await trialProblem(compiler, { sanitize, addon })) ?? compiler;
  } catch (error) {
    if (error instanceof CommandError) return error.lastLines(1) || error.message;
    throw error;
  }
}

/** The first of these programs, beside another one or wherever programs are; links lead to where the others of a version are. */
function beside(program: string, names: readonly string[]): string | undefined {
  const folders = [dirname(program), dirname(realPath(program))];
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isProgram) ?? find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function ownHeaders(c: string, kind: Compiler['kind']): Promise<string> {
  if (kind === 'gcc') return (await run(c, ['-print-file-name=include'])).trim();
  return join((await run(c, ['-print-resource-dir'])).trim(), 'include');
}

const TRIAL_C = '#include <stdlib.h>\nint *trial(int *a); int *trial(int *a) { *a = 1; return a; }\n';
/** What the addon needs: the headers of a C++ library. */
const TRIAL_CXX = '#include <cstddef>\n';

/** Whether it can do all that a build asks: the C library's headers, the hooks, linking, C++. */
async function trialProblem(
  { kind, c, cxx }: Compiler,
  { sanitize, addon }: Pick<Wanted, 'sanitize' | 'addon'>,
): Promise<string | undefined> {
  return withTemporaryFolder('trial', async (folder) => {
    const tryIt = async (problem: string, compiler: string, file: string, text: string, flags: readonly string[]) => {
      const source = join(folder, file);
      writeFile(source, text);
      try {
        await run(compiler, ['-fPIC', '-w', '-o', `${source}.o`, ...flags, source]);
      } catch (error) {
        if (error instanceof CommandError) return `${problem}: ${firstError(error)}`;
        throw error;
      }
      return undefined;
    };
    const problems = await Promise.all([
      tryIt('no headers of the C library (in the package libc6-dev)', c, 'a.c', TRIAL_C, ['-c']),
      tryIt('it cannot tell of stores (clang 14 can, and gcc)', c, 'b.c', TRIAL_C, ['-c', HOOKS[kind]]),
      tryIt('it cannot link (in the packages binutils, libc6-dev)', c, 'c.c', TRIAL_C, ['-shared']),
      addon && tryIt('no headers of a C++ library (in the package g++)', cxx, 'd.cc', TRIAL_CXX, ['-fsyntax-only']),
      sanitize &&
        tryIt('no runtime of its sanitizers (in the package libclang-rt-dev)', c, 'e.c', TRIAL_C, [
          ...['-shared', '-shared-libsan', SANITIZE.address],
        ]),
    ]);
    return problems.find((problem) => typeof problem === 'string') || undefined;
  });
}

function firstError({ output, message }: CommandError): string {
  return output.split('\n').find((line) => /error|cannot find/i.test(line)) ?? message;
}

// SPDX-License-Identifier: GPL-2.0-only
// The programs that are measured, in out/bench/. They are linked from the objects of which the addon is made.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CORE, FUZZER, listed, objectsOf } from '../scripts/objects.mjs';
import { root } from '../scripts/steps.mjs';

const out = join(root, 'out/bench');
const OPTIONS = ['-std=c11', '-DNDEBUG', '-Inative'];

/** Compiles with these arguments. Answers the path of what was made, `name` in out/bench/. */
function compile(compiler, name, args) {
  mkdirSync(out, { recursive: true });
  const path = join(out, name);
  execFileSync(compiler, [...OPTIONS, ...args, '-o', path], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return path;
}

const cc = process.env.CC ?? 'cc';

/** What both benchmarks of the core have. */
const CASES = ['bench/cases.c', 'bench/stopwatch.c'];

export const buildCoreBench = () => compile(cc, 'core_bench', ['-O3', 'bench/core.c', ...CASES, ...objectsOf(CORE)]);

/** A program that is made of the port, or of a tree's own code. */
export const SIDE = ['bench/side.c', ...CASES];
export const buildPortSide = () => compile(cc, 'port_side', ['-O3', ...SIDE, ...objectsOf(CORE)]);

/** How the core's costs grow, { timing, counting }: the addon's objects, and the core again, with its counters. */
export function buildGrowthBenches() {
  return {
    timing: compile(cc, 'growth_timing', ['-O3', 'bench/growth.c', ...objectsOf(CORE)]),
    counting: compile(cc, 'growth_counting', ['-O1', '-DCOUNT_WORK', 'bench/growth.c', ...listed(CORE)]),
  };
}

/** The fuzzer without Node. */
export const FUZZER_MAIN = 'native/fuzz/targets/main.c';
export const buildPortFuzzer = () => compile(cc, 'port_fuzzer', ['-O3', FUZZER_MAIN, ...objectsOf(CORE, FUZZER)]);

export const buildFuzzBench = () => compile(cc, 'fuzz_bench', ['-O3', 'bench/fuzz.c', ...objectsOf(CORE, FUZZER)]);

/** An addon that does nothing but what each call must do. */
export function buildBareAddon() {
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const options = ['-O3', '-shared', '-fPIC', '-DNAPI_VERSION=9', '-Inode_modules/node-api-headers/include'];
  return compile(cc, 'bare.node', [...options, ...undefinedSymbols, 'bench/bare.c']);
}

/**
 * The fuzzer guided by the core's edges, and libFuzzer on the same: by clang, the core with counters as
 * `npm run build:coverage` has it. Answers { own, theirs }.
 */
export function buildGuidedFuzzers() {
  const counters = ['-O2', '-fsanitize-coverage=inline-8bit-counters,pc-table', '-c'];
  const core = listed(CORE).map((source) =>
    compile('clang', `counted_${source.replaceAll('/', '_')}.o`, [...counters, source]),
  );
  const rest = [...listed(FUZZER), ...core];
  const target = ['native/fuzz/targets/target.c', 'native/fuzz/targets/target_print.c'];
  return {
    own: compile('clang', 'fuzz_counters', ['-O2', '-DS390_GMAP_COVERAGE', 'bench/fuzz.c', ...rest]),
    theirs: compile('clang', 'fuzz_libfuzzer', ['-O2', '-fsanitize=fuzzer', ...target, ...rest]),
  };
}

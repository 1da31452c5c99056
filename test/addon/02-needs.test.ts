// SPDX-License-Identifier: GPL-2.0-only
/** What the compiled addon asks of a system: little, so that one prebuild fits many. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readNeeds } from './elf.js';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const addons = ['build/Release/s390_gmap.node', 'out/cmake/build/Release/s390_gmap.node'].filter((file) =>
  existsSync(path(file)),
);

/** 2.17 of 2012, which every system that Node 20 runs on has. */
const NEWEST_GLIBC = [2, 17] as const;

function isNewer(version: string): boolean {
  const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(version) ?? [undefined, Number.POSITIVE_INFINITY, 0];
  return Number(major) > NEWEST_GLIBC[0] || (Number(major) === NEWEST_GLIBC[0] && Number(minor) > NEWEST_GLIBC[1]);
}

describe.runIf(process.platform === 'linux')('the addon', () => {
  it('is there to be looked at', () => expect(addons).not.toEqual([]));

  it.each(addons)('%s needs libc and nothing else', (file) => {
    const { libraries, versions } = readNeeds(readFileSync(path(file)));
    expect(libraries.filter((name) => !/^libc\.(so\.6|musl-.*\.so\.1|so)$/.test(name))).toEqual([]);
    expect(versions.filter(isNewer)).toEqual([]);
  });

  it.each(addons)('%s needs no C++ runtime', (file) => {
    const { undefined: symbols } = readNeeds(readFileSync(path(file)));
    expect(symbols).toContain('napi_create_function');
    expect(symbols.filter((name) => /^_Z|^__cxa_(?!finalize|atexit)|^__gxx/.test(name))).toEqual([]);
  });

  it('would be seen to need more', () => {
    const folder = mkdtempSync(join(tmpdir(), 's390-gmap-needs-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [source, library] = [join(folder, 'more.cc'), join(folder, 'more.so')];
    writeFileSync(source, '#include <string>\nstd::string *more() { return new std::string(1000, 0); }\n');
    execFileSync(process.env.CXX ?? 'c++', ['-shared', '-fPIC', source, '-o', library]);
    const needs = readNeeds(readFileSync(library));
    expect(needs.libraries.join()).toMatch(/libstdc\+\+|libc\+\+/);
    expect(needs.undefined).toContain('_Znwm');
    expect(isNewer('GLIBC_2.18')).toBe(true);
    expect(isNewer('GLIBC_2.2.5')).toBe(false);
    expect(isNewer('GLIBCXX_3.4')).toBe(true);
  });
});

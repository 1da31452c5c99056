// SPDX-License-Identifier: GPL-2.0-only
/** What the compiled addon asks of a system: little, so that one prebuild fits many. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Needs {
  readonly architecture: string;
  readonly libraries: readonly string[];
  readonly versions: readonly string[];
  readonly undefined: readonly string[];
}
/** A script of the repository, which has no types. */
const reader = new URL('../../scripts/elf.mjs', import.meta.url).href;
const { readNeeds, tooMuch } = (await import(reader)) as {
  readNeeds: (bytes: Uint8Array) => Needs;
  tooMuch: (needs: Needs, libc: 'glibc' | 'musl') => string[];
};

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const addons = ['build/Release/s390_gmap.node', 'out/cmake/build/Release/s390_gmap.node'].filter((file) =>
  existsSync(path(file)),
);
const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
const libc = header.glibcVersionRuntime ? 'glibc' : 'musl';

// Elsewhere files have another format, and the C++ library is a part of the system.
describe.runIf(process.platform === 'linux')('the addon, on Linux', () => {
  it('is there to be looked at', () => expect(addons).not.toEqual([]));

  it.each(addons)('%s needs libc of 2012 and nothing else', (file) => {
    const needs = readNeeds(readFileSync(path(file)));
    expect(needs.architecture).toBe(process.arch);
    expect(needs.undefined).toContain('napi_create_function');
    expect(needs.libraries).not.toEqual([]);
    expect(tooMuch(needs, libc)).toEqual([]);
  });

  it('would be seen to need more', () => {
    const folder = mkdtempSync(join(tmpdir(), 's390-gmap-needs-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [source, library] = [join(folder, 'more.cc'), join(folder, 'more.so')];
    writeFileSync(source, '#include <string>\nstd::string *more() { return new std::string(1000, 0); }\n');
    execFileSync(process.env.CXX ?? 'c++', ['-shared', '-fPIC', source, '-o', library]);
    const wrong = tooMuch(readNeeds(readFileSync(library)), libc);
    expect(wrong.join()).toMatch(/libstdc\+\+|libc\+\+/);
    expect(wrong).toContain('_Znwm');
  });

  it.each([
    ['GLIBC_2.17', []],
    ['GLIBC_2.2.5', []],
    ['GLIBC_2.18', ['GLIBC_2.18']],
    ['GLIBC_3.0', ['GLIBC_3.0']],
    ['GLIBCXX_3.4', ['GLIBCXX_3.4']],
  ])('a symbol of %s: %j', (version, wrong) => {
    const needs = { architecture: 'x64', libraries: ['libc.so.6'], versions: [version], undefined: [] };
    expect(tooMuch(needs, 'glibc')).toEqual(wrong);
    expect(tooMuch(needs, 'musl')).toContain('libc.so.6');
  });
});

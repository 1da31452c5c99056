#!/usr/bin/env bash
# The core, the fuzzer and their tests, built for s390x and run under user-mode emulation: the host on which the model's
# storage and words have the same byte order, and where its users are. On Debian:
#   apt-get install --no-install-recommends gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user cmake make
set -euo pipefail
cd "$(dirname "$0")/.."

compiler=s390x-linux-gnu-gcc
emulator=$(command -v qemu-s390x || command -v qemu-s390x-static || echo qemu-s390x)
build=out/tests-s390x

for tool in "$compiler" "$emulator" cmake; do
	if ! command -v "$tool" >/dev/null; then
		echo "test-s390x: $tool is missing; the packages it comes in are named at the top of $0" >&2
		exit 1
	fi
done

# static, so that the emulator needs no libraries of that architecture
cmake -S native/fuzz -B "$build" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=s390x \
	-DCMAKE_C_COMPILER="$compiler" -DCMAKE_EXE_LINKER_FLAGS=-static -DCMAKE_CROSSCOMPILING_EMULATOR="$emulator" >/dev/null
cmake --build "$build" -j 2 >/dev/null
ctest --test-dir "$build" --output-on-failure -j 2 | grep -v " Start "

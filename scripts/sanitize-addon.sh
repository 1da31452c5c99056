#!/usr/bin/env bash
# The addon under AddressSanitizer and UBSan, with more warnings than users need: its tests, with a search for leaks after
# each file. Needs cmake and gcc, and dist/ (npm run build).
set -euo pipefail
cd "$(dirname "$0")/.."

out=out/addon-asan
mkdir -p "$out"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
export CC=gcc CXX=g++ CFLAGS="-g -O1 -Wall -Wextra -Wshadow -Wconversion -Werror $sanitize"
# The check of virtual tables needs run-time types, which the addon does without.
export CXXFLAGS="$CFLAGS -fno-sanitize=vptr"
scripts/quiet node_modules/.bin/cmake-js compile --out "$out/build" --log-level error
gcc -std=c11 -g -fsanitize=address -fPIC -shared -Inode_modules/node-api-headers/include scripts/asan/leaks.c -o "$out/leaks.node"

# node itself is built without the sanitizers: their runtime has to be there first.
under_asan() {
	LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
	UBSAN_OPTIONS=print_stacktrace=1 S390_GMAP_PREBUILD="$PWD/$out" NO_COLOR=1 "$@"
}
tests_under_asan() {
	ASAN_OPTIONS=detect_leaks=1:leak_check_at_exit=0:malloc_context_size=2 \
	LSAN_OPTIONS=suppressions="$PWD/scripts/asan/suppressions.txt:print_suppressions=0" \
	under_asan node node_modules/vitest/vitest.mjs run --reporter dot --config scripts/asan/vitest.config.ts "$@"
}

echo "A planted leak must be found:"
if PLANT_LEAK=1 tests_under_asan test/recordings.test.ts -t linux-4.7/b_alias.trace >"$out/planted.txt" 2>&1 || ! grep -q 'plant_leak' "$out/planted.txt"; then
	cat "$out/planted.txt"
	echo "The planted leak was not found: the search for leaks does not work." >&2
	exit 1
fi
grep -m1 'SUMMARY' "$out/planted.txt"

echo "Tests:"
tests_under_asan
echo "The command line, with a search for leaks when it ends:"
ASAN_OPTIONS=detect_leaks=1 under_asan node dist/cli/main.js replay recordings/linux-4.7/b_alias.trace

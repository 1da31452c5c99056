#!/usr/bin/env bash
# The addon under AddressSanitizer and UBSan, with more warnings than users need: its tests, with a search for leaks after
# each file. Needs cmake and gcc, and dist/ (npm run build).
set -euo pipefail
cd "$(dirname "$0")/.."

out=out/addon-asan
scripts/asan/build-addon.sh

tests_under_asan() {
	ASAN_OPTIONS=detect_leaks=1:leak_check_at_exit=0:malloc_context_size=2:quarantine_size_mb=32 \
	LSAN_OPTIONS=suppressions="$PWD/scripts/asan/suppressions.txt:print_suppressions=0" \
	scripts/asan/with-addon.sh node node_modules/vitest/vitest.mjs run --reporter dot --config scripts/asan/vitest.config.ts "$@"
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
ASAN_OPTIONS=detect_leaks=1 scripts/asan/with-addon.sh node dist/cli/main.js replay recordings/linux-4.7/b_alias.trace
echo "Random calls, and workers that are ended at random:"
scripts/asan/random-calls.sh --seed "${S390_GMAP_SEED:-1}" --seconds 15 | node scripts/api/print.mjs
scripts/asan/random-calls.sh --seed "${S390_GMAP_SEED:-1}" --workers 12 | node scripts/api/print.mjs

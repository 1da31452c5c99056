#!/usr/bin/env bash
# The tests of the core and of the fuzzer by cmake and ctest, with sanitizers:
#	scripts/sanitize-core.sh address,undefined (or thread)
set -euo pipefail
cd "$(dirname "$0")/.."

out=out/tests-${1%%,*}
scripts/quiet cmake -S native/fuzz -B "$out" -DCMAKE_C_COMPILER=gcc -DSANITIZE="$1"
scripts/quiet cmake --build "$out" -j 2
ctest --test-dir "$out" --output-on-failure -j 2 | grep -v " Start "

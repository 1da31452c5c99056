#!/usr/bin/env bash
# Random calls of everything that is exported under AddressSanitizer and UBSan, with a search for leaks at the end: the
# arguments are those of scripts/api/run.mjs. Needs scripts/asan/build-addon.sh, and dist/ (npm run build).
set -euo pipefail
cd "$(dirname "$0")/../.."
ASAN_OPTIONS=detect_leaks=1:leak_check_at_exit=0:malloc_context_size=2 \
LSAN_OPTIONS=suppressions="$PWD/scripts/asan/suppressions.txt:print_suppressions=0" \
S390_GMAP_LEAKS=1 exec scripts/asan/with-addon.sh node --expose-gc scripts/api/run.mjs "$@"

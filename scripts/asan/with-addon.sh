#!/usr/bin/env bash
# Runs a command with the addon that scripts/asan/build-addon.sh has built. Node itself is built without the sanitizers: their
# runtime has to be there first. ASAN_OPTIONS says whether leaks are looked for.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
export LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
export UBSAN_OPTIONS=print_stacktrace=1 S390_GMAP_ADDON="$root/out/addon-asan/build/Release/s390_gmap.node" NO_COLOR=1
exec "$@"

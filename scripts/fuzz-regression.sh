#!/usr/bin/env bash
# A short campaign from a fixed seed must find nothing; then its corpus, and all recordings, once more under ASan and UBSan.
# Needs dist/ (npm run build), cmake and gcc.
set -euo pipefail
cd "$(dirname "$0")/.."

out=out/fuzz-regression
rm -rf "$out"
node dist/cli/main.js fuzz --kernel any --seed 390 --runs 30000 --corpus "$out/corpus" --findings "$out/findings" 2>/dev/null
node scripts/fuzz-seeds.mjs "$out/seeds" >/dev/null

scripts/quiet cmake --preset asan
scripts/quiet cmake --build --preset asan --parallel "$(getconf _NPROCESSORS_ONLN)" --target fuzz_main
find "$out/corpus" "$out/seeds" -type f -print0 | xargs -0 -n 500 -P 2 out/asan/fuzz/fuzz_main
echo "$(find "$out/corpus" "$out/seeds" -type f | wc -l) inputs under ASan and UBSan: nobody objects"

#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only
# What OSS-Fuzz and ClusterFuzzLite run in their image: the tests, then gmap_fuzzer with its seeds, dictionary and
# options.
# They set CC, CFLAGS, CXX, CXXFLAGS, LIB_FUZZING_ENGINE, FUZZING_ENGINE, SRC, OUT and WORK.
cd "$SRC/s390-gmap"

# configure FOLDER OPTION…: their compilers are not the ones that warnings are errors of
configure() {
	cmake -S native/fuzz -B "$1" -DCMAKE_BUILD_TYPE=None -DWARNINGS_ARE_ERRORS=OFF "${@:2}"
}

# Programs of this machine, without any instrumentation.
CC=clang CXX=clang++ CFLAGS="-g -O1" CXXFLAGS="-g -O1" configure "$WORK/native"
cmake --build "$WORK/native" --parallel
ctest --test-dir "$WORK/native" --parallel "$(nproc)" --output-on-failure
rm -rf "$WORK/seeds"
mkdir "$WORK/seeds"
"$WORK/native/fuzz_seeds" "$WORK/seeds" 5000

configure "$WORK/target" -DENGINE=libfuzzer -DENGINE_LIBRARY="$LIB_FUZZING_ENGINE"
cmake --build "$WORK/target" --parallel
cp "$WORK/target/gmap_fuzzer" "$OUT"

rm -f "$OUT/gmap_fuzzer_seed_corpus.zip"
zip -q -j -r "$OUT/gmap_fuzzer_seed_corpus.zip" "$WORK/seeds"
"$WORK/native/fuzz_seeds" >"$OUT/gmap_fuzzer.dict"
cp oss-fuzz/gmap_fuzzer.options "$OUT"

#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only
# What OSS-Fuzz and ClusterFuzzLite run in their image: the tests, then gmap_fuzzer with its seeds, dictionary and
# options.
# They set CC, CFLAGS, CXX, CXXFLAGS, LIB_FUZZING_ENGINE, SRC, OUT and WORK.
cd "$SRC/s390-gmap"

# compile FOLDER COMPILER FLAG…: the objects of the core and of the fuzzer
compile() {
	local folder=$1 source
	shift
	mkdir -p "$folder"
	for source in $(cat native/sources.txt native/fuzz/sources.txt); do
		"$@" -std=c11 -Inative -c "$source" -o "$folder/${source//\//_}.o"
	done
}

# Programs of this machine, without any instrumentation.
native="clang -g -O1 -pthread"
compile "$WORK/native" $native
for test in native/core/test/test_*.c native/fuzz/test/test_*.c; do
	$native -std=c11 -Inative "$test" native/core/test/test.c "$WORK"/native/*.o -o "$WORK/test"
	"$WORK/test"
done
$native -std=c11 -Inative native/fuzz/targets/seeds.c "$WORK"/native/*.o -o "$WORK/fuzz_seeds"
rm -rf "$WORK/seeds"
mkdir "$WORK/seeds"
"$WORK/fuzz_seeds" "$WORK/seeds" 5000

compile "$WORK/target" $CC $CFLAGS
for source in target target_print; do
	$CC $CFLAGS -std=c11 -Inative -c "native/fuzz/targets/$source.c" -o "$WORK/target/$source.o"
done
$CXX $CXXFLAGS "$WORK"/target/*.o $LIB_FUZZING_ENGINE -o "$OUT/gmap_fuzzer"

rm -f "$OUT/gmap_fuzzer_seed_corpus.zip"
zip -q -j -r "$OUT/gmap_fuzzer_seed_corpus.zip" "$WORK/seeds"
"$WORK/fuzz_seeds" >"$OUT/gmap_fuzzer.dict"
cp oss-fuzz/gmap_fuzzer.options "$OUT"

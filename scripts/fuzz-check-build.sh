#!/usr/bin/env bash
# oss-fuzz/build.sh as OSS-Fuzz runs it, and then the checks that a build has to pass there, without its image:
#	scripts/fuzz-check-build.sh [address|undefined|memory] [libfuzzer|afl]
# Needs clang with its runtimes, cmake, zip and unzip; for afl the package afl++.
set -euo pipefail
cd "$(dirname "$0")/.."

sanitizer=${1:-address} engine=${2:-libfuzzer}
out=$PWD/out/oss-fuzz-$sanitizer-$engine
target=$out/out/gmap_fuzzer

fail() {
	echo "fuzz-check-build: $1" >&2
	exit 1
}

flags_of() {
	local undefined=array-bounds,bool,builtin,enum,integer-divide-by-zero,null,object-size,return
	undefined+=,returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound
	case $1 in
	address) echo "-fsanitize=address -fsanitize-address-use-after-scope" ;;
	undefined) echo "-fsanitize=$undefined -fno-sanitize-recover=$undefined" ;;
	memory) echo "-fsanitize=memory -fsanitize-memory-track-origins" ;;
	*) fail "there is no sanitizer \"$1\": use address, undefined or memory" ;;
	esac
}

# What the image has in its environment.
build() (
	export SRC=$out/src WORK=$out/work OUT=$out/out SANITIZER=$sanitizer FUZZING_ENGINE=$engine ARCHITECTURE=x86_64
	export CC=clang CXX=clang++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer coverage=-fsanitize=fuzzer-no-link
	if [ "$engine" = afl ]; then
		export CC=afl-clang-fast CXX=afl-clang-fast++ coverage=
	fi
	CFLAGS="-O1 -fno-omit-frame-pointer -gline-tables-only $(flags_of "$sanitizer") $coverage"
	export CFLAGS CXXFLAGS=$CFLAGS
	rm -rf "$out"
	mkdir -p "$SRC/s390-gmap" "$WORK" "$OUT"
	ln -s "$PWD/native" "$PWD/oss-fuzz" "$SRC/s390-gmap"
	scripts/quiet oss-fuzz/build.sh
)

# It is instrumented: by the sanitizer, and for coverage.
check_instrumentation() {
	local symbols
	symbols=$(nm "$target")
	case $sanitizer in
	address) grep -q __asan_report <<<"$symbols" || fail "gmap_fuzzer was built without AddressSanitizer" ;;
	undefined) grep -q __ubsan_handle <<<"$symbols" || fail "gmap_fuzzer was built without UBSan" ;;
	memory) grep -q __msan_warning <<<"$symbols" || fail "gmap_fuzzer was built without MemorySanitizer" ;;
	esac
	grep -q -e __sanitizer_cov -e __afl <<<"$symbols" || fail "gmap_fuzzer was built without coverage"
}

# Their check of a new build.
check_start() {
	local log=$out/start.log edges
	"$target" -seed=1337 -runs=4 >"$log" 2>&1 || fail "gmap_fuzzer does not start: $log"
	grep -q "Done 4 runs" "$log" || fail "gmap_fuzzer did not do 4 runs: $log"
	edges=$(sed -n 's/^#[0-9]*[[:space:]]INITED cov: \([0-9]*\) .*/\1/p' "$log")
	[ "${edges:-0}" -ge 100 ] || fail "gmap_fuzzer reaches ${edges:-no} edges with an empty input, not 100: $log"
	echo "an empty input reaches $edges edges"
}

check_corpus() {
	rm -rf "$out/corpus"
	unzip -q "$target"_seed_corpus.zip -d "$out/corpus" || fail "the seed corpus is no zip archive"
	[ -n "$(ls -A "$out/corpus")" ] || fail "the seed corpus is empty"
	echo "the seed corpus has $(ls "$out/corpus" | wc -l) inputs"
}

run_libfuzzer() {
	local log=$out/run.log
	"$target" -seed=1337 -max_total_time=20 -dict="$target.dict" -max_len=8192 -entropic=0 "$out/corpus" >"$log" 2>&1 ||
		fail "gmap_fuzzer found something, or is broken: $log"
	grep -E "^#[0-9]+[[:space:]]+(INITED|DONE)" "$log"
}

run_afl() {
	local log=$out/run.log
	mkdir -p "$out/few"
	cp "$out"/corpus/seed-000[0-3]* "$out/few"
	export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
	afl-fuzz -V 20 -m none -t 1000 -i "$out/few" -o "$out/afl" -x "$target.dict" -- "$target" >"$log" 2>&1 ||
		fail "AFL++ cannot run gmap_fuzzer: $log"
	grep -E "^(execs_done|edges_found|saved_crashes) " "$out/afl/default/fuzzer_stats"
	grep -q "^saved_crashes *: 0$" "$out/afl/default/fuzzer_stats" ||
		fail "AFL++ found something: $out/afl/default/crashes"
}

build
[ -z "$(find "$out/out" -maxdepth 1 -name '*.*' -perm -u+x -type f)" ] || fail "a program in the output has an extension"
check_instrumentation
check_corpus
if [ "$engine" = libfuzzer ]; then
	check_start
fi
"run_$engine"
echo "the build is good: $sanitizer, $engine"

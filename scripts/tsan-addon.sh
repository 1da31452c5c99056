#!/usr/bin/env bash
# The addon under ThreadSanitizer, in workers that are ended at random while others go on: tsan-addon.sh [WORKERS [FIRST]].
# Needs cmake and gcc, and dist/ (npm run build).
set -euo pipefail
cd "$(dirname "$0")/.."

count=${1:-24}
first=${2:-1}
out=out/addon-tsan
mkdir -p "$out"
rm -f "$out/build/CMakeCache.txt" # the lists of sources may be others
export CC=gcc CXX=g++ CFLAGS="-g -O1 -fsanitize=thread -fno-omit-frame-pointer"
export CXXFLAGS="$CFLAGS"
scripts/quiet node_modules/.bin/cmake-js compile --out "$out/build" --log-level error
gcc -std=c11 $CFLAGS -fPIC -shared -Inode_modules/node-api-headers/include scripts/tsan/race.c -o "$out/race.node"

# node itself is built without the sanitizer: it synchronises by what that does not see, so there are reports about node alone.
# One counts if the access that it is about was made by us.
under_tsan() {
	rm -f "$out"/report.*
	LD_PRELOAD="$(gcc -print-file-name=libtsan.so)" S390_GMAP_ADDON="$PWD/$out/build/Release/s390_gmap.node" \
	TSAN_OPTIONS="exitcode=0:log_path=$PWD/$out/report:history_size=4" node scripts/tsan/workers.mjs "$@"
}
ours() {
	cat "$out"/report.* 2>/dev/null | awk '
		/^WARNING: ThreadSanitizer/ { report = ""; ours = 0; top = 0 }
		{ report = report $0 "\n" }
		/^  [A-Z].* by (main )?thread/ { top = 1; next }
		top && /^    #/ && !/libtsan/ { if (/s390_gmap\.node|race\.node/) ours = 1; top = 0 }
		/^SUMMARY/ { if (ours) printf "%s", report }'
}

# Where one CPU has to do for all, workers may come one after the other, and race in no way that could be seen: some tries.
echo "A planted race must be found:"
for try in 1 2 3 4 5; do
	under_tsan 4 "$try" --race
	if ours | grep -q 'SUMMARY.*race'; then break; fi
done
if ! ours | grep -q 'SUMMARY.*race'; then
	cat "$out"/report.* 2>/dev/null | tail -100
	echo "The planted race was not found: the search for races does not work." >&2
	exit 1
fi
ours | grep -m1 'SUMMARY'

echo "Workers:"
under_tsan "$count" "$first"
if [ -n "$(ours)" ]; then
	ours
	echo "There are races." >&2
	exit 1
fi

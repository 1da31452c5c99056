#!/usr/bin/env bash
# Builds the addon under AddressSanitizer and UBSan, with more warnings than users need, into out/addon-asan.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=out/addon-asan
mkdir -p "$out"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
export CC=gcc CXX=g++ CFLAGS="-g -O1 -Wall -Wextra -Wshadow -Wconversion -Werror $sanitize"
# The check of virtual tables needs run-time types, which the addon does without.
export CXXFLAGS="$CFLAGS -fno-sanitize=vptr"
# configured each time: the lists of sources may have changed
for step in configure build; do
	scripts/quiet node_modules/.bin/cmake-js "$step" --CDMEMORY_FAILS=ON --out "$out/build" --log-level error
done
gcc -std=c11 -g -fsanitize=address -fPIC -shared -Inode_modules/node-api-headers/include scripts/asan/leaks.c -o "$out/leaks.node"

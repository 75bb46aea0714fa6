# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2086
# The machine of the object is that of the objects given. clang is enough to see what arm64 makes of the header; on any
# other machine the macros are nothing, and evaluate nothing.
clang --target=aarch64-linux-gnu -c -x c /dev/null -o /dev/null 2> /dev/null || { echo "clang has no arm64"; exit 77; }
cp sites.d sites.c "$T" && cd "$T" || exit
include='-include sites.h -include sites.h'
mkdir none && echo 'void exit(int);' > none/stdlib.h
dtrace -h -s sites.d 2> warnings
for level in 0 2; do
	clang --target=aarch64-linux-gnu -nostdinc -Inone -O$level -Wall -Wextra -Wno-incompatible-library-redeclaration -Werror \
		$include -DEVALUATED=1 -c sites.c -o sites_.o
	cp sites_.o before.o
	dtrace -G -o sites.o -s sites.d sites_.o 2> warnings
	cmp sites_.o before.o
	readelf -h sites.o | sed -n 's/ *Machine: *//p'
	readelf -n sites.o | sed -n 's/.*Properties: //p'
	readelf -n sites_.o | awk '/Arguments: -1@/' | sed -E 's/x[0-9]+/x/g; s/@\[[^]]*\]/@mem/g'
done
gcc -Wall -Wextra -U__ELF__ -Werror $include -DEVALUATED=0 sites.c -o program 2>&1 && ./program
readelf -n program | grep stapsdt || true

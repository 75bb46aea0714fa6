# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2086
# -h and -G as build systems call them; the header in every dialect of C, without a warning. Each program has the six
# sites (the optimizer may copy some), and its probes are not enabled.
cp sites.d sites.c "$T" && cd "$T" || exit
include='-include sites.h -include sites.h'
dtrace -C -h -s sites.d -o sites.h 2>&1
dtrace -C -G -s sites.d 2> warnings

build() { # COMPILER ARGUMENT...
	"$@" -Wall -Wextra -pedantic -Werror $include -DEVALUATED=1 sites.c sites.o -o program > log 2>&1 ||
		{ echo "$*"; head -3 log; return; }
	./program || echo "$*: status $?"
	[ "$(readelf -n program | grep -c 'Provider: test_sites')" -ge 6 ] || echo "$*: notes are missing"
}

for cc in gcc clang; do
	for flags in '-O0 -fPIC' '-O1 -fno-pie -no-pie' '-O2 -fPIE -pie' '-O3 -static' '-Os -mcmodel=large -fPIC' \
		'-O2 -ffunction-sections -Wl,--gc-sections' '-O2 -flto'; do
		case $(uname -m)$flags in aarch64*large*) continue ;; esac
		build $cc -std=gnu89 $flags
	done
	for std in c89 c99 gnu99 c11 gnu11 c17 gnu17 gnu2x; do
		build $cc -std=$std -O2
	done
done

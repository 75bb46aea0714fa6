# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2086
# The header in C++, without a warning.
cp sites.d sites.c "$T" && cd "$T" || exit
include='-include sites.h -include sites.h'
dtrace -h -s sites.d 2> warnings
dtrace -G -s sites.d 2> warnings
for cxx in g++ clang++; do
	for std in gnu++98 c++11 c++17 c++20; do
		for level in 0 2; do
			$cxx -std=$std -O$level -Wall -Wextra -pedantic -Werror $include -DEVALUATED=1 -x c++ sites.c -x none sites.o \
				-o program > log 2>&1 || { echo "$cxx $std $level"; head -3 log; continue; }
			./program || echo "$cxx $std $level: status $?"
			[ "$(readelf -n program | grep -c 'Provider: test_sites')" -ge 6 ] || echo "$cxx $std $level: notes"
		done
	done
done

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2086
# gdb finds the sites, reads every width of argument, and enables a probe while it has a breakpoint there.
command -v gdb > /dev/null || { echo "gdb is not installed"; exit 77; }
cp sites.d sites.c "$T" && cd "$T" || exit
include='-include sites.h -include sites.h'
dtrace -h -s sites.d 2> warnings
dtrace -G -s sites.d 2> warnings
a='$_probe_arg'
for cc in 'gcc -O0' 'gcc -O2' 'clang -O0' 'clang -O2'; do
	$cc -g $include -DEVALUATED=1 sites.c sites.o -o program
	gdb -batch -nx -ex 'set debuginfod enabled off' -ex 'info probes stap test_sites' \
		-ex 'break -probe-stap test_sites:all' -ex run \
		-ex "printf \"all %d %d %d %ld %u %u %u %lu %s %d %ld %u\n\", ${a}0, ${a}1, ${a}2, ${a}3, ${a}4, ${a}5, ${a}6, ${a}7, (char *)${a}8, ${a}9 == &request, ${a}10, ${a}11" \
		-ex delete -ex 'break -probe-stap test_sites:typed' -ex continue \
		-ex "printf \"typed %d %d %lu %d %ld\n\", ${a}0, ${a}1, ${a}2, *(char *)${a}3 == '/', ${a}5" \
		-ex delete -ex 'break -probe-stap test_sites:many' -ex continue \
		-ex "printf \"many %d %d %d\n\", ${a}0, ${a}1, ${a}11" \
		-ex delete -ex continue \
		-ex 'break -probe-stap test_sites:query__done' -ex run -ex continue \
		./program > log 2>&1
	awk '/^stap/ { print $3 }' log | sort -u | tr '\n' ' '
	grep -E '^(all|typed|many) |exited' log | sed 's/.*exited/exited/'
done

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §11.1: one line per program on stderr; the text is cut at the first "{", "/" or ";".
echo 'BEGIN, END { }' > "$T/two.d"
dtrace -n 'BEGIN{ exit(0); }' -n 'BEGIN /1/ { }' -n 'tick-1 { }' -P dtrace -f getppid -s "$T/two.d" 2>&1 > "$T/out" |
	sed "s,$T,T,"
dtrace -m syscall:vmlinux -n 'BEGIN { exit(0); }' 2>&1 > "$T/out" | sed -E 's/ [0-9]{3,} / N /'
dtrace -q -n 'BEGIN { exit(0); }' 2>&1

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Globs, exact names, several at once. An empty field has no word.
list() {
	dtrace -l "$@" | awk 'NR > 1 { print $2, $(NF - 1), $NF }'
}
list -n 'syscall::getp?id:entry'
echo --
list -n 'syscall::{read}:entry' 2> "$T/err"
echo --
list -n 'syscall::get[ef]uid:entry' -n END
echo --
list -n ':::BEGIN'
echo --
list -P 'dtr*' | wc -l
list -n 'dtrace:::' | wc -l
list -n 'syscall::[!a-z]*:entry' 2> "$T/err"
list -n 'syscall::getp[!p]id:' 
echo -- a program
dtrace -l -s /dev/stdin << 'END_OF_SCRIPT' | awk '{ print $NF }'
BEGIN, syscall::getppid:entry { trace(1); }
END { }
END_OF_SCRIPT
echo -- what matches nothing does not hide what does
dtrace -l -n nosuchprobe -n BEGIN > "$T/out" 2> "$T/err"
echo $?
cat "$T/err"
awk '{ print $NF }' "$T/out"

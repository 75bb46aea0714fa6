# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Where output cannot go.
cd "$T" || exit
try() { # the exit status, and what is said: one message
	timeout 40 dtrace "$@" > out 2>&1
	echo "$? $(sed -n "s/^dtrace: //p" out | sed "s/ line [0-9]*: / /" | tr "\n" "|")"
}
mkdir folder && echo > file && mkfifo pipe
for output in missing/file folder file/x /dev/full /proc/nosuch; do
	try -o $output -qn 'BEGIN { printf("text\n"); exit(0); }'
	try -o $output -l -n BEGIN
done
dtrace -qn 'BEGIN { printf("text\n"); exit(0); }' > /dev/full
echo $?
dtrace -V > /dev/full
echo $?
# A reader that goes away.
dtrace -qn 'BEGIN { printf("first\n"); } tick-100hz { printf("more\n"); }' | head -1

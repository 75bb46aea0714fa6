# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Scripts that are none: one message each, and status 1.
cd "$T" || exit
try() { # the exit status, and what is said: one message
	timeout 40 dtrace "$@" > out 2>&1
	echo "$? $(sed -n "s/^dtrace: //p" out | sed "s/ line [0-9]*: / /" | tr "\n" "|")"
}
echo 'BEGIN { exit(0); }' > good.d
mkdir folder
printf '\1\2\3\4' > binary
printf 'BEGIN { trace(1); }\0' > nul.d
head -c 2000000 /dev/zero | tr '\0' ' ' > big.d
: > empty.d
for script in missing folder binary nul.d big.d empty.d good.d/x /dev/zero /dev/null /proc/self/mem; do
	try -s $script
	try -h -o result -s $script
done
ls result 2> /dev/null
chmod 0 good.d && chmod 755 .
setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v dtrace)" -h -o result -s good.d 2>&1
chmod 644 good.d
# A pipe is read until its end, an endless one until there is too much.
mkfifo pipe && { cat good.d > pipe & } && try -qs pipe
yes 'int x;' | try -qs /dev/stdin
# One that changes meanwhile is as it was when it was read.
{ echo 'BEGIN {'; echo '#pragma D option quiet' > good.d; echo 'trace("whole"); exit(0); }'; } | dtrace -qs /dev/stdin

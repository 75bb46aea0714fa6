# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# What the preprocessor meets: it ends, whatever it reads, and says why.
cd "$T" || exit
try() { # the exit status, and what is said: one message
	timeout 40 dtrace "$@" > out 2>&1
	echo "$? $(sed -n "s/^dtrace: //p" out | sed "s/ line [0-9]*: / /" | tr "\n" "|")"
}
mkdir folder && mkfifo pipe
echo 'inline int here = 3;' > folder/here.d
include() {
	echo "#include \"$1\"" > inc.d
	echo 'BEGIN { exit(0); }' >> inc.d
	shift
	try -C "$@" -qs inc.d
	grep -c 'fatal error\|nested' out
}
include missing.h
include folder
include inc.d
include /dev/zero
include here.d
include here.d -I folder
include here.d -I missing -I folder
include here.d -I here.d
# ten to the power of eight words
{
	for n in 1 2 3 4 5 6 7 8; do echo "#define a$n a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1)) a$((n - 1))"; done
	echo a8
} > bomb.d
try -C -s bomb.d
for cpp in /nonexistent folder false; do
	try -C -xcpppath=$cpp -s inc.d
done
printf '#!/bin/sh\nyes\n' > endless && chmod +x endless
try -C -xcpppath=./endless -s inc.d
printf '#!/bin/sh\nkill -SEGV $$\n' > crashes && chmod +x crashes
try -C -xcpppath=./crashes -s inc.d

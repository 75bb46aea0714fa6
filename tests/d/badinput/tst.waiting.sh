# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# A preprocessor that waits for ever is given up, with all its processes.
cd "$T" || exit
try() { # the exit status, and what is said: one message
	timeout 40 dtrace "$@" > out 2>&1
	echo "$? $(sed -n "s/^dtrace: //p" out | sed "s/ line [0-9]*: / /" | tr "\n" "|")"
}
mkfifo pipe
echo '#include "pipe"' > inc.d
try -C -s inc.d
printf '#!/bin/sh\nsleep 1234.%s & wait\n' $$ > waits && chmod +x waits
timeout -s INT 2 dtrace -C -xcpppath=./waits -s inc.d
echo $?
pgrep -f "sleep 1234\\.$$\$"
true

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Directories of libraries, and what may be in them.
cd "$T" || exit
try() { # the exit status, and what is said: one message
	timeout 40 dtrace "$@" > out 2>&1
	echo "$? $(sed -n "s/^dtrace: //p" out | sed "s/ line [0-9]*: / /" | tr "\n" "|")"
}
library() {
	try -xerrtags -L lib -qn 'BEGIN { exit(0); }'
	rm -rf lib
	mkdir lib
}
mkdir lib
echo > file && mkfifo pipe
try -L missing -qn BEGIN
try -L file -qn BEGIN
try -L pipe -qn BEGIN
mkdir lib/x.d && library
mkfifo lib/x.d && library
ln -s /dev/zero lib/x.d && library
ln -s /nowhere lib/x.d && library
printf '\1\2' > lib/x.d && library
head -c 2000000 /dev/zero | tr '\0' ' ' > lib/x.d && library
for n in 1 2 3; do head -c 400000 /dev/zero | tr '\0' ' ' > "lib/$n.d"; done && library
for n in $(seq 300); do echo > "lib/$n.d"; done && library
echo 'inline int one = 1' > lib/x.d && library
echo 'BEGIN { }' > lib/x.d && library
echo 'inline int one = 1;' | tee lib/x.d > lib/y.d && library
# Dependencies: missing ones skip the file, circles are told, a chain is followed to its end.
echo '#pragma D depends_on library nosuch.d' > lib/x.d && library
echo '#pragma D depends_on library x.d' > lib/x.d && library
for n in 1 2 3; do echo "#pragma D depends_on library $((n % 3 + 1)).d" > "lib/$n.d"; done && library
for n in $(seq 200); do echo "#pragma D depends_on library $((n + 1)).d
inline int l$n = l$((n + 1)) + 1;" > "lib/$n.d"; done
echo 'inline int l201 = 1;' > lib/201.d
dtrace -L lib -qn 'BEGIN { printf("%d\n", l1); exit(0); }'

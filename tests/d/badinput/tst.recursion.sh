# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# What refers to itself comes to an end, with one message.
cd "$T" || exit
try() { # the exit status, and what is said: one message
	timeout 40 dtrace "$@" > out 2>&1
	echo "$? $(sed -n "s/^dtrace: //p" out | sed "s/ line [0-9]*: / /" | tr "\n" "|")"
}
text() {
	cat > text.d
	try -xerrtags -e -s text.d
}
echo 'inline int f = f + 1; BEGIN { trace(f); }' | text
echo 'inline int f[int n] = f[n - 1]; BEGIN { trace(f[1]); }' | text
echo 'inline int f[int n] = g[n]; inline int g[int n] = f[n]; BEGIN { trace(f[1]); }' | text
echo 'struct o { int m; }; translator struct o < int i > { m = xlate <struct o> (i).m; };
BEGIN { trace(xlate <struct o> (1).m); }' | text
echo 'struct a { struct a x; }; BEGIN { }' | text
echo 'struct a { int x[sizeof (struct a)]; }; BEGIN { }' | text
echo 'enum e { A = A }; BEGIN { trace(A); }' | text
# doubles at each step: two to the power of forty
{
	echo 'inline int f0 = pid;'
	for n in $(seq 40); do echo "inline int f$n = f$((n - 1)) + f$((n - 1));"; done
	echo 'BEGIN { trace(f40); }'
} | text
head -c 100000 /dev/zero | tr '\0' '(' | { printf 'BEGIN { trace('; cat; } | text

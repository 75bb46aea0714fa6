# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# -xversion: names that came later are not there; what a library makes of them is.
run() {
	dtrace -q -xerrtags "$@" 2>&1 | sed -n '/dtrace:\|^[0-9x]/{s/^dtrace: //;s/invalid probe specifier.*}: //;s/failed to compile.*line [0-9]*: //;s/line [0-9]*: //;p}'
}
text() { # ARGUMENT...: the program is on stdin
	run "$@" -s /dev/stdin
}
run -xversion=1.7.1 -n 'BEGIN { trace(toupper("x")); exit(0); }'
run -xversion=1.8 -n 'BEGIN { printf("%s\n", strjoin("x", toupper("x"))); exit(0); }'
run -xversion=1.0 -n 'BEGIN { printf("%d\n", strlen("abc")); exit(0); }'
run -xversion=1.0 -n 'BEGIN { @ = stddev(1); }'
# The name is free for a variable then.
run -xversion=1.0 -n 'BEGIN { index = 4; printf("%d\n", index); exit(0); }'
text << 'D'
#pragma D binding "1.6" later
inline int later = 5;
BEGIN { printf("%d\n", later); exit(0); }
D
text -xversion=1.5 << 'D'
#pragma D binding "1.6" later
inline int later = 5;
BEGIN { trace(later); }
D
text -xversion=1.5 << 'D'
inline int later = 5;
#pragma D binding "1.6" later
BEGIN { trace(later); }
D
text -xversion=1.5 << 'D'
#pragma D binding "1.6" translator
struct o { int m; }; translator struct o < int i > { m = i; };
BEGIN { trace(xlate <struct o> (1).m); }
D
# Versions that never were, that are none, and one above an earlier one.
run -xversion=1.14 -n BEGIN
run -xversion=1.6.4 -n BEGIN
run -xversion=1 -n BEGIN
run -xversion=new -n BEGIN
run -xversion=1.5 -xversion=1.6 -n BEGIN
run -xversion=1.6 -xversion=1.5 -n 'BEGIN { printf("%d\n", 1); exit(0); }'
text -xversion=1.5 << 'D'
#pragma D option version=1.6
BEGIN { }
D
text << 'D'
#pragma D option version=1.15
BEGIN { }
D

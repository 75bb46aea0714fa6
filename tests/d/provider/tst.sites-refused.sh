# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016
# What -h and -G refuse: one sentence, exit status 1, and an older result stays as it was.
cd "$T" || exit
echo 'provider p { probe q(int); };' > p.d
try() {
	timeout 20 dtrace "$@" > out 2>&1
	echo "$? $(sed 's/ *line [0-9]*: / /; /^ /d; s/^dtrace: //' out | tr '\n' '|')"
}
echo old > old.o
try -G -s p.d -o old.o missing.o
mkdir folder
try -G -s p.d -o old.o folder
mkfifo pipe
try -G -s p.d -o old.o pipe
try -G -s p.d -o old.o /dev/zero
try -G -s p.d -o old.o p.d
echo 'int x;' > x.c && gcc -c x.c && head -c 40 x.o > cut.o && gcc -shared -o x.so x.o
try -G -s p.d -o old.o x.o cut.o
try -G -s p.d -o old.o x.so
printf '\177ELF\1\1\1' | cat - /dev/zero | head -c 64 > small.o
try -G -s p.d -o old.o small.o
# e_machine is the halfword at 18: arm64, then something unknown.
head -c 18 x.o > arm.o && printf '\267\0' >> arm.o && tail -c +21 x.o >> arm.o
try -G -s p.d -o old.o x.o arm.o
head -c 18 x.o > odd.o && printf '\1\2' >> odd.o && tail -c +21 x.o >> odd.o
try -G -s p.d -o old.o odd.o
try -G -xlinktype=dof -s p.d -o old.o
try -G -32 -s p.d -o old.o
try -G -o old.o
try -h -n BEGIN -o old.o
try -h -o old.o -n 'provider p { probe q(int, double); };'
try -h -o old.o -n 'struct s { int x; }; provider p { probe q(struct s); };'
try -h -o old.o -n 'provider p { probe a__b(); probe a_b(); };'
try -h -o old.o -n 'provider p { probe q(); probe q__enabled(); };'
try -h -o old.o -n 'provider a { probe b_c(); }; provider a_b { probe c(); };'
try -h -o old.o -n 'provider p { probe q(no_such_type *); };'
cat old.o # of all the above
# Results that cannot be written.
try -h -s p.d -o missing/p.h
try -h -s p.d -o folder
try -h -s p.d -o /dev/full
try -h -s p.d -o p.d/p.h
ls
# Clauses have no place in a file; that is said.
dtrace -G -o p.o -n 'provider p { probe q(int); };' -n 'p*:::q { trace(arg0); }' 2>&1
# A result that is a link stays one, and a pipe or /dev/stdout is written to.
ln -s real.h link.h && echo > real.h && dtrace -h -s p.d -o link.h && readlink link.h && grep -c 'define P_Q(' real.h
dtrace -h -s p.d -o /dev/stdout | head -1

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# usym() and ufunc() are uaddr() without the offset; jstack() is a user stack.
set -u
dtrace -q -n 'syscall::clock_nanosleep:entry
/pid == $target/
{
	usym(uregs[R_PC]);
	ufunc(uregs[R_PC]);
	uaddr(uregs[R_PC]);
	printf("\n");
	jstack(2);
	ustack(2);
	exit(0);
}' -c 'sleep 0.3' > "$T/out" 2>&1
# libc.so.6`name libc.so.6`name libc.so.6`name+0x1, then the two frames twice
awk '
	NF == 3 { print $1 == $2, index($3, $1 "+0x") == 1, $1 ~ /^libc.*`/ }
	NF == 1 { frame[n++] = $1 }
	END { print n, frame[0] == frame[2], frame[1] == frame[3], frame[0] ~ /^libc.*`/ }' "$T/out"

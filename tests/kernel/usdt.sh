#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Programs' own probes: programs built with dtrace -h and -G and with <sys/sdt.h>, whose firings and values are known.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf usdt
start_daemon --group "$(id -gn)" || exit 1

if ! command -v gcc > /dev/null; then
	skip usdt "needs gcc"
	exit 0
fi

# ---- dtrace -h and -G ------------------------------------------------------

cat > "$T/shop.d" << 'D'
provider shop {
	probe sale__start(char *item, int number);
	probe sale__done(signed char a, short b, int c, long d, unsigned char e, unsigned short f, unsigned int g, unsigned long h);
	probe tick();
	probe asked(int n);
};
D
# With a number of sales, and waits for a line first. Says how often it was asked for what costs something.
cat > "$T/shop.c" << 'C'
#include <stdio.h>
#include <stdlib.h>
#include "shop.h"
static __attribute__((noinline)) void sell(int i)
{
	static const char *const items[] = { "apple", "pear" };
	if (!*(const volatile char *)items[i & 1])	// what nobody has read is not in memory
		return;
	SHOP_SALE_START((char *)items[i & 1], -i);
	SHOP_SALE_DONE(-1 - (i & 1), -300 - i, -70000 - i, -5000000000L - i, 255, 65535, 4294967295u, 18446744073709551615ul);
	SHOP_TICK();
}
int main(int argc, char **argv)
{
	int n = atoi(argv[1]), asked = 0;
	char line[8];
	if (argc > 2 && !fgets(line, sizeof line, stdin))
		return 1;
	for (int i = 0; i < n; i++) {
		sell(i);
		if (SHOP_ASKED_ENABLED()) {
			asked++;
			SHOP_ASKED(asked);
		}
	}
	printf("asked %d\n", asked);
	return 0;
}
C
build_shop() {
	cd "$T" && dtrace -h -s shop.d && gcc -O2 -c shop.c && dtrace -G -s shop.d shop.o && mv shop.o shop_d.o && gcc -O2 -c shop.c &&
		gcc -o shop shop.o shop_d.o
}
check "usdt: a program with dtrace -h and -G" build_shop || exit 1

dtrace -qn 'shop$target:::sale-start { @[copyinstr(arg0), args[1] < 0 ? "below" : "not below"] = count(); @sum = sum(args[1]); }
	shop$target:::tick { @ticks = count(); }' -c "$T/shop 10" > "$T/out" 2> "$T/err"
cat > "$T/expected" << 'E'
asked 0

  apple                                               not below                                                         1
  apple                                               below                                                             4
  pear                                                below                                                             5
              -45
               10
E
check_same "usdt: counts and values of -c" "$T/expected" <(cat "$T/out")

dtrace -qn 'shop$target:::sale-done { printf("%d %d %d %d %u %u %u %u\n", args[0], args[1], args[2], args[3], args[4], args[5],
	args[6], args[7]); }' -c "$T/shop 2" > "$T/out" 2> "$T/err"
printf '%s\n' '-1 -300 -70000 -5000000000 255 65535 4294967295 18446744073709551615' \
	'-2 -301 -70001 -5000000001 255 65535 4294967295 18446744073709551615' > "$T/expected"
check_same "usdt: signed and unsigned values of all widths" "$T/expected" <(grep -v asked "$T/out" | grep .)

dtrace -qn 'shop$target:::asked { @ = max(args[0]); }' -c "$T/shop 7" > "$T/out" 2> "$T/err"
check "usdt: is-enabled while it is traced" grep -qx 'asked 7' "$T/out"
check "usdt: and its probe" grep -qE '^ +7$' "$T/out"

# A second process of the program is not counted, and the semaphore is down again afterwards.
"$T/shop" 5 > "$T/said"
check "usdt: is-enabled when nobody traces" grep -qx 'asked 0' "$T/said"

# gated NAME PROGRAM: the program is up before the shop, whose pid is $1, goes on.
gated() {
	local name=$1 program=$2 pid client
	shift 2
	mkfifo "$T/$name.go"
	"$T/shop" 6 wait < "$T/$name.go" > "$T/$name.said" &
	pid=$!
	exec 5> "$T/$name.go"
	timeout 60 dtrace -qn "BEGIN { printf(\"ready\\n\"); } $program" "$@" "$pid" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	wait_for 20 grep -q ready "$T/$name.out" || not_ok "$name starts" "$T/$name.err"
	"$T/shop" 3 > "$T/$name.other"
	echo >&5
	exec 5>&-
	wait "$pid"
	wait "$client"
}

gated pid 'shop$1:::tick { @ = count(); } shop$1:::asked /args[0] == 6/ { exit(0); }'
check "usdt: by number, one process only" grep -qE '^ +6$' "$T/pid.out"
check "usdt: by number, is-enabled in one process only" grep -qx 'asked 0' "$T/pid.other"
check "usdt: by number, is-enabled" grep -qx 'asked 6' "$T/pid.said"

gated all 'shop*:::tick { @[pid == $1] = count(); @n = count(); } shop*:::asked /pid == $1 && args[0] == 6/ { exit(0); }'
check "usdt: all processes" grep -qE '^ +9$' "$T/all.out"
check "usdt: all processes, a new one too" grep -qE '^ +0 +3$' "$T/all.out"
check "usdt: is-enabled in all processes" grep -qx 'asked 3' "$T/all.other"

mkfifo "$T/list.go"
"$T/shop" 1 wait < "$T/list.go" > /dev/null &
pid=$!
exec 5> "$T/list.go"
dtrace -l -n "shop$pid:::" | awk 'NR > 1 { print $2, $3, $4, $5 }' | sort > "$T/out"
printf '%s\n' "shop$pid shop main asked" "shop$pid shop sell sale-done" "shop$pid shop sell sale-start" "shop$pid shop sell tick" > "$T/expected"
check_same "usdt: a list" "$T/expected" "$T/out"
dtrace -l -n "shop$pid:::nothing" > "$T/out" 2>&1
check "usdt: no such probe" grep -q "process $pid has no probe shop$pid:\*:\*:nothing of its own" "$T/out"
echo >&5
exec 5>&-
wait "$pid"

# ---- a language ------------------------------------------------------------

# python_with NAME: a Python that has that probe, in itself or its library.
python_with() {
	local python file
	for python in python3 /usr/bin/python3; do
		for file in $("$python" -c 'import sys; print(sys.executable)
for line in open("/proc/self/maps"):
    if "libpython" in line: print(line.split()[-1])' 2> /dev/null | sort -u); do
			readelf -n "$file" 2> /dev/null | grep -q "Name: $1\$" && echo "$python" && return
		done
	done
	return 1
}

if python=$(python_with line); then
	printf 'import sys\ndef spam(n):\n    for i in range(n):\n        sys.audit("dtraced.spam", i)\nspam(33)\n' > "$T/spam.py"
	dtrace -qn 'python$target:::audit /copyinstr(arg0) == "dtraced.spam"/ { @ = count(); }
		python$target:::line /copyinstr(arg1) == "spam"/ { @l[basename(copyinstr(arg0)), args[2]] = count(); }' \
		-c "$python $T/spam.py" 2> "$T/err" | awk 'NF { print $1, $2, $3 }' > "$T/out"
	printf '%s\n' '33  ' 'spam.py 4 33' 'spam.py 3 34' > "$T/expected"
	check_same "usdt: lines and events of Python" "$T/expected" "$T/out"
else
	skip "usdt: lines and events of Python" "no python3 here has probes"
fi

# ---- <sys/sdt.h> -----------------------------------------------------------

if ! echo '#include <sys/sdt.h>' | gcc -E - > /dev/null 2>&1; then
	skip "usdt: <sys/sdt.h>" "there is no <sys/sdt.h>"
	exit $((failures != 0))
fi

cat > "$T/tap.c" << 'C'
#include <sys/sdt.h>
#include <stdint.h>
volatile int global = -7;
volatile long table[4] = { 100, -200, 300, -400 };
static __attribute__((noipa)) void fire(int8_t a, int16_t b, int32_t c, volatile long *p, int i)
{
	volatile int local = -12345;
	double d = i + 0.5;
	STAP_PROBE8(tap, narrow, a, b, c, (uint8_t)a, (uint16_t)b, (uint32_t)c, 5, -6L);
	STAP_PROBE4(tap, memory, p[1], table[2], local, global);
	STAP_PROBE2(tap, indexed, p[i], i);
	STAP_PROBE2(tap, real, d, i);
	STAP_PROBE1(tap, twice, i);
	STAP_PROBE1(tap, twice, 7);
	__asm__ volatile ("" : : "r"(&local) : "memory");
}
int main(void)
{
	for (int i = 0; i < 4; i++)
		fire(-1 - i, -1000 - i, -100000 - i, table, i);
	return 0;
}
C
for options in -O0 -O2 '-O2 -fno-pie -no-pie' '-Os -fcf-protection=full'; do
	# shellcheck disable=SC2086
	gcc $options -o "$T/tap" "$T/tap.c"
	dtrace -qn 'tap$target:::narrow { printf("%d %d %d %d %d %d %d %d\n", args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7]); }
		tap$target:::memory { printf("%d %d %d %d\n", args[0], args[1], args[2], args[3]); }
		tap$target:::indexed { printf("%d %d\n", args[0], args[1]); }
		tap$target:::real { printf("real %.1f %d\n", args[0], args[1]); }
		tap$target:::twice { @[probefunc, probename] = sum(args[0]); }
		END { printa("%s %s %@d\n", @); }' -c "$T/tap" > "$T/out" 2> "$T/err"
	for i in 0 1 2 3; do
		values=(100 -200 300 -400)
		echo "$((-1 - i)) $((-1000 - i)) $((-100000 - i)) $((255 - i)) $((65536 - 1000 - i)) $((4294967296 - 100000 - i)) 5 -6"
		echo "-200 300 -12345 -7"
		echo "${values[$i]} $i"
		echo "real $i.5 $i"
	done > "$T/expected"
	echo "fire twice 34" >> "$T/expected"
	check_same "usdt: <sys/sdt.h> $options" "$T/expected" <(grep . "$T/out")
done
# What is in a register that the kernel does not show.
cat > "$T/far.c" << 'C'
#include <sys/sdt.h>
int main(void)
{
	__asm__ volatile (STAP_PROBE_ASM(tap, far, 8f@%xmm0 -4@$5));
	return 0;
}
C
if [ "$(uname -m)" = x86_64 ] && gcc -o "$T/far" "$T/far.c"; then
	for arg in 'arg0' 'args[0]'; do
		dtrace -x errtags -n "tap\$target:::far { trace($arg); }" -c "$T/far" > "$T/out" 2>&1
		check "usdt: $arg in a floating point register" grep -q '\[D_ARGS_TYPE\].*argument 0 of tap.*:far:main:far is where the kernel cannot read it' "$T/out"
	done
	dtrace -qn 'tap$target:::far { printf("%d %d\n", args[1], arg1); }' -c "$T/far" > "$T/out" 2> "$T/err"
	check "usdt: the next one" grep -qx '5 5' "$T/out"
fi

dtrace -l -n 'tap$target:::twice' -c "$T/tap" | awk 'NR > 1 { print $3, $4, $5 }' > "$T/out"
check "usdt: a probe in two places is one" grep -qx 'tap fire twice' "$T/out"
check "usdt: and listed once" test "$(wc -l < "$T/out")" = 1

# ---- other users -----------------------------------------------------------

if command -v setpriv > /dev/null; then
	as=(timeout 60 setpriv --reuid 65534 --regid "$(id -g)" --clear-groups)
	chmod 755 "$T"
	"${as[@]}" "$build/dtrace" -qn 'shop$target:::asked { @ = max(args[0]); }' -c "$T/shop 4" > "$T/out" 2> "$T/err"
	check "usdt: a user's own process" grep -qE '^ +4$' "$T/out"
	"${as[@]}" "$build/dtrace" -n 'shop*:::tick' > "$T/out" 2>&1
	check "usdt: all processes are not for users" grep -q 'probes in all processes are for root; name a process' "$T/out"
else
	skip "usdt: as a user" "there is no setpriv"
fi
[ "$failures" = 0 ]

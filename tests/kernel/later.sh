#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119,SC2086,SC2317 # variables of lib.sh; D has variables with a dollar sign; options are words
# Code that is loaded while a session runs: by dlopen(), by exec(), by programs that nobody ran before; and what fork()
# leaves untraced. A program is told what to do line by line; its calls come when the probes are in its code.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf later
start_daemon || exit 1

if ! command -v gcc > /dev/null; then
	skip later "needs gcc"
	exit 0
fi

# open FILE; call SYMBOL N: with 0 ... N - 1; fork SYMBOL N: in a child; exec FILE. "done" after each.
cat > "$T/host.c" << 'C'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) long own(long n) { __asm__ volatile ("" : "+r"(n)); return n + 1; }
static void call(const char *symbol, int n)
{
	long (*f)(long) = strcmp(symbol, "own") ? (long (*)(long))dlsym(RTLD_DEFAULT, symbol) : own;
	for (int i = 0; f && i < n; i++)
		f(i);
}
int main(void)
{
	char line[512], what[16], arg[480];
	int n;
	setvbuf(stdin, NULL, _IONBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		n = 0;
		if (sscanf(line, "%15s %479s %d", what, arg, &n) < 2)
			break;
		if (!strcmp(what, "open") && !dlopen(arg, RTLD_NOW | RTLD_GLOBAL))
			printf("%s\n", dlerror());
		if (!strcmp(what, "call"))
			call(arg, n);
		if (!strcmp(what, "fork") && !fork()) {
			call(arg, n);
			_exit(0);
		}
		if (!strcmp(what, "fork"))
			wait(NULL);
		if (!strcmp(what, "exec"))
			execl(arg, arg, (char *)NULL);
		printf("done\n");
		fflush(stdout);
	}
	return 0;
}
C
cat > "$T/plug.d" << 'D'
provider plug { probe hit(int n); probe wide(long a, char b); };
D
cat > "$T/base.c" << 'C'
#include "plug.h"
#define KEPT __attribute__((noinline, used))
KEPT long plug_one(long n) { __asm__ volatile ("" : "+r"(n)); PLUG_HIT(n + 10); return n * 2; }
KEPT long plug_two(long n) { __asm__ volatile ("" : "+r"(n)); PLUG_WIDE(-n, -1); return n * 3; }
C
# library NAME
library() {
	sed "s/plug_/$1_/" base.c > $1.c && gcc -O2 -fPIC -c $1.c && dtrace -G -s plug.d -o $1_d.o $1.o && gcc -shared -o lib$1.so $1.o $1_d.o
}
build_all() {
	cd "$T" && dtrace -h -s plug.d && library plug && library other && gcc -O2 -o host host.c -ldl && gcc -O2 -o next host.c -ldl &&
		gcc -O2 -o linked -Wl,-rpath,"$T" host.c -Wl,--no-as-needed -L. -lplug -ldl
}
check "later: programs" build_all || exit 1

as=()
# start [PROGRAM]: as $pid; its lines come from fd 5.
start() {
	rm -f "$T/go"
	mkfifo "$T/go"
	"${as[@]}" "$T/${1:-host}" < "$T/go" > "$T/said" 2>&1 &
	pid=$!
	exec 5> "$T/go"
	answers=0
}
has_answers() { [ "$(grep -c '^done' "$T/said")" -ge "$answers" ]; }
# tell COMMAND...: and waits until it is done.
tell() {
	answers=$((answers + 1))
	echo "$*" >&5
	wait_for 20 has_answers || not_ok "later: $*" "$T/said"
}
# in_code FILE SYMBOL: the process's code there is not what the file has.
in_code() {
	local at from to offset file
	at=$((16#$(nm "$T/$1" | awk -v s="$2" '$3 == s { print $1 }')))
	while read -r from to offset file; do
		if [ "$file" != "$T/$1" ] || [ $at -lt $((16#$offset)) ] || [ $at -ge $((16#$offset + 16#$to - 16#$from)) ]; then
			continue
		fi
		at=$((at - 16#$offset + 16#$from))
		! cmp -s -n 16 <(dd if="/proc/$pid/mem" bs=1 skip=$at count=16 2> /dev/null) \
			<(dd if="$T/$1" bs=1 skip=$((at - 16#$from + 16#$offset)) count=16 2> /dev/null)
		return
	done < <(awk '$2 ~ /x/ { sub(/-/, " ", $1); print $1, $3, $6 }' "/proc/$pid/maps")
	return 1
}
not() { ! "$@"; }
# trace ARGUMENT...: dtrace in the background, when it has begun.
trace() {
	rm -f "$T/out"
	timeout 60 "${as[@]}" "$build/dtrace" -qn 'BEGIN { printf("ready\n"); }' "$@" > "$T/out" 2> "$T/err" 5>&- &
	client=$!
	wait_for 20 grep -q ready "$T/out" || not_ok "later: dtrace starts" "$T/err"
}
end() {
	exec 5>&-
	wait "$pid"
	wait "$client"
}
# expect NAME LINE...: dtrace has printed these lines.
expect() {
	local name=$1 line
	shift
	for line; do
		if ! grep -qxF -- "$line" "$T/out"; then
			cat "$T/out" "$T/err" > "$T/both"
			not_ok "later: $name: $line" "$T/both"
			return
		fi
	done
	ok "later: $name"
}

# ---- dlopen() ----------------------------------------------------------------

start
trace -Zn 'pid$target:libplug.so:plug_*:entry { @[probemod, probefunc, probename] = count(); @args = sum(arg0); }
	pid$target:libplug:plug_one:return { @[probemod, probefunc, probename] = count(); @results = sum(arg1); }
	pid$target:libplug:plug_one:0 { @[probemod, probefunc, probename] = count(); }
	pid$target::own:entry { @own = count(); }
	END { printa("%s %s %s %@d\n", @); printa("args %@d\n", @args); printa("results %@d\n", @results); printa("own %@d\n", @own); }' -p $pid
tell open "$T/libplug.so"
check "later: probes are in a library that was opened" wait_for 20 in_code libplug.so plug_one
check "later: and in all its functions" wait_for 20 in_code libplug.so plug_two
tell call plug_one 100
tell call plug_two 10
tell call own 7
end
expect "a library's functions, by names" 'libplug.so plug_one entry 100' 'libplug.so plug_one return 100' 'libplug.so plug_one 0 100' \
	'libplug.so plug_two entry 10' 'args 4995' 'results 9900' 'own 7'
check_silent "later: nothing is said" "$T/err"

# A program that is linked with the library: one that has been traced from the start, and another one of the same functions.
start linked
trace -n 'pid$target:lib*:*_one:entry { @[probefunc] = count(); } END { printa("%s %@d\n", @); }' -p $pid
tell open "$T/libother.so"
check "later: probes in a second library" wait_for 20 in_code libother.so other_one
tell call plug_one 30
tell call other_one 40
end
expect "a pattern for libraries" 'plug_one 30' 'other_one 40'

# Clauses of several descriptions, of which a new function has some.
start linked
trace -n 'pid$target:libplug:plug_*:entry, pid$target:libother:other_two:entry { @["first", probefunc] = count(); }' \
	-n 'pid$target::other_*:entry, pid$target::plug_two:entry { @["second", probefunc] = count(); }
	END { printa("%s %s %@d\n", @); }' -Z -p $pid
tell open "$T/libother.so"
check "later: probes of several clauses" wait_for 20 in_code libother.so other_two
check "later: in each function" wait_for 20 in_code libother.so other_one
tell call plug_one 1
tell call plug_two 2
tell call other_one 3
tell call other_two 4
end
expect "each clause has its own" 'first plug_one 1' 'first plug_two 2' 'second plug_two 2' 'second other_one 3' 'first other_two 4' \
	'second other_two 4'
check "later: and no other" test "$(grep -cE '^(first|second) ' "$T/out")" = 6

# What a program was compiled for.
start linked
trace -n 'pid$target:lib*:*_one:entry { @[strjoin(probefunc, "!")] = count(); } END { printa("%s %@d\n", @); }' -p $pid
tell open "$T/libother.so"
wait_for 20 grep -q 'not traced' "$T/err"
check "later: names that are in the program" grep -qF "1 probes of code that was loaded meanwhile, such as pid$pid:libother.so:other_one:entry, are not traced" "$T/err"
tell call plug_one 5
tell call other_one 6
end
expect "the others go on" 'plug_one! 5'

# Without -Z there must be something to begin with.
start
"$build/dtrace" -x errtags -n 'pid$target:libplug::entry' -p $pid > "$T/out" 2> "$T/err"
check "later: no library yet, and no -Z" grep -q '\[D_PDESC_ZERO\].*libplug' "$T/err"
exec 5>&-
wait $pid

# ---- USDT --------------------------------------------------------------------

start
trace -Zn 'plug$target:::hit { @[probefunc, probename] = count(); @sum = sum(arg0); }
	plug$target:::wide { @[probefunc, probename] = count(); @a = sum(args[0]); @b = sum(arg1); }
	END { printa("%s %s %@d\n", @); printa("sums %@d %@d %@d\n", @sum, @a, @b); }' -p $pid
tell open "$T/libplug.so"
check "later: USDT of a library that was opened" wait_for 20 in_code libplug.so plug_one
check "later: USDT of other arguments" wait_for 20 in_code libplug.so plug_two
tell call plug_one 10
tell call plug_two 5
end
expect "USDT: counts and values" 'plug_one hit 10' 'plug_two wide 5' 'sums 145 -10 -5'

start linked
trace -n 'plug$target:::hit { @[probemod, probefunc] = count(); @sum = sum(args[0]); }
	END { printa("%s %s %@d\n", @); printa("sum %@d\n", @sum); }' -p $pid
tell open "$T/libother.so"
check "later: USDT of the types that there were" wait_for 20 in_code libother.so other_one
tell call plug_one 2
tell call other_one 3
end
expect "USDT: the same program for both" 'libplug.so plug_one 2' 'libother.so other_one 3' 'sum 54'

# New processes of programs and libraries that nobody ran before.
trace -Zn 'plug*:::hit { @[execname, probeprov] = count(); } plug*:::hit /arg0 == 99/ { exit(0); } END { printa("%s %s %@d\n", @); }'
start
tell open "$T/libplug.so"
check "later: USDT of a new process" wait_for 20 in_code libplug.so plug_one
tell call plug_one 50
exec 5>&-
wait $pid
start linked
check "later: another one of it has them at once" in_code libplug.so plug_one
tell call plug_one 90
end
expect "USDT of new processes" 'host plug 50' 'linked plug 90'

# The number of a process that has ended is another's.
cat > "$T/number.c" << 'C'
#define _GNU_SOURCE
#include <linux/sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	pid_t want = atoi(argv[1]);
	struct clone_args a = { .exit_signal = 17, .set_tid = (uintptr_t)&want, .set_tid_size = 1 };
	long pid = syscall(SYS_clone3, &a, sizeof a);
	if (!pid)
		execv(argv[2], argv + 2);
	return pid < 0 || wait(NULL) != want;
}
C
gcc -O2 -o "$T/number" "$T/number.c"
start
first=$pid
trace -n "pid$pid:a.out:own:entry { @[pid] = count(); } END { printa(\"%d %@d\\n\", @); }"
tell call own 3
exec 5>&-
wait $pid
rm -f "$T/go"
mkfifo "$T/go"
"$T/number" $first "$T/next" < "$T/go" > "$T/said" 2>&1 &
number=$!
exec 5> "$T/go"
answers=0
tell call own 4
check "later: the number is used again" test "$(readlink /proc/$first/exe)" = "$T/next"
tell open "$T/libplug.so"
pid=$first
check "later: nor any in its code" not in_code next own
exec 5>&-
wait $number
kill -INT $client
wait $client
expect "the number of a process that is gone" "$first 3"

# ---- exec() and fork() ---------------------------------------------------------

start
trace -n 'pid$target:a.out:own:entry { @[probemod] = count(); } END { printa("%s %@d\n", @); }' -p $pid
tell fork own 5
tell call own 3
tell exec "$T/nosuch"
echo "exec $T/next" >&5
check "later: probes are in the program that was executed" wait_for 20 in_code next own
tell call own 4
tell fork own 6
end
expect "exec: both programs, none of their children" 'host 3' 'next 4'

# A program that it executes with other rights is not a user's to trace.
if command -v setpriv > /dev/null; then
	stop_daemon
	start_daemon --group "$(id -gn)"
	chmod 755 "$T"
	chmod 666 "$T/s"
	cp "$T/next" "$T/setuid"
	chmod 4755 "$T/setuid"
	as=(setpriv --reuid 65534 --regid "$(id -g)" --clear-groups)
	start
	trace -n 'pid$target:a.out:own:entry { @[probemod] = count(); } END { printa("%s %@d\n", @); }' -p $pid
	tell call own 3
	echo "exec $T/next" >&5
	check "later: a user's program is traced" wait_for 20 in_code next own
	tell call own 4
	echo "exec $T/setuid" >&5
	tell call own 5
	tell open "$T/libplug.so"
	check "later: a setuid program is not" not in_code setuid own
	end
	expect "exec of a setuid program" 'host 3' 'next 4'
	as=()
fi

# ---- the policy --------------------------------------------------------------

stop_daemon
cat > "$T/policy.json" << 'JSON'
{ "version": 1, "settings": { "never": { "probes": [ "pid*:libother*::" ] } },
  "roles": { "root": { "classes": ["kernel", "destructive"], "admin": ["*"] } },
  "bindings": [ { "match": { "uid": 0 }, "role": "root" } ] }
JSON
chmod 644 "$T/policy.json"
start_daemon --policy "$T/policy.json" || exit 1
start
trace -Zn 'pid$target:lib*:*_one:entry { @[probefunc] = count(); } END { printa("%s %@d\n", @); }' -p $pid
tell open "$T/libplug.so"
check "later: what the policy allows" wait_for 20 in_code libplug.so plug_one
tell open "$T/libother.so"
check "later: what it does not is said" wait_for 20 grep -q 'other_one:entry: nobody may have pid\*:libother\*::' "$T/err"
tell call plug_one 20
tell call other_one 30
end
expect "and counted is what may be" 'plug_one 20'
check "later: and nothing else" test "$(grep -c other_one "$T/out")" = 0
exit $((failures > 0))

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119,SC2034,SC2086,SC2317 # variables of lib.sh; D has variables with a dollar sign; pids are words; called by name
# The pid provider on tests/kernel/functions: exact calls, arguments and results, with -c and -p, as root and as a
# user; what cannot be traced; the program's code afterwards.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf pid
start_daemon --group "$(id -gn)" || exit 1
chmod 755 "$T"
program=$T/functions
install -m 755 "$build/tests/kernel/functions" "$program"

has() { grep -qxF -- "$1" "$T/out"; }
# said LINE...: the last dtrace has printed these lines.
said() {
	local line
	for line; do
		if ! has "$line"; then
			cat "$T/out" "$T/err" > "$T/both"
			not_ok "$name: $line" "$T/both"
			return
		fi
	done
	ok "$name"
}

everything='
pid$target:a.out:step:entry { @calls["step"] = count(); @args["step"] = sum(arg0); }
pid$target:a.out:step:return { @calls["step return"] = count(); @args["step return"] = sum(arg1); }
pid$target:functions:ten:entry { printf("ten %d %d %d %d %d %d %d %d %d %x\n", arg0, arg1, arg2, arg3, arg4, arg5,
	arg6, arg7, arg8, arg9); }
pid$target:functions:ten:return { printf("ten returns %x\n", arg1); }
pid$target::twice:entry { @calls["twice"] = count(); @args["twice"] = sum((int)arg0); self->n = (int)arg0; }
pid$target::twice:return { @args["twice return"] = sum((int)arg1 == 2 * self->n); }
pid$target:a.out:nested:entry { self->deep++; @max["nested"] = max(self->deep); @calls["nested"] = count(); }
pid$target:a.out:nested:return { self->deep--; @calls["nested return"] = count(); @args["nested return"] = sum(arg1); }
pid$target:a.out:greeting:entry { printf("greeting <%s>\n", copyinstr(arg0)); }
pid$target:a.out:greeting:return { printf("greeting returns <%s>\n", copyinstr(arg1)); }
END { printa("calls %s %@d\n", @calls); printa("args %s %@d\n", @args); printa("max %s %@d\n", @max); }'
expected=('calls step 1000' 'calls step return 1000' 'args step 499500' 'args step return 500500'
	'ten 1 -2 3 4 5 6 7 -8 9 7000000000000001' 'ten returns 600000000000009f' 'calls twice 50' 'args twice -1225'
	'args twice return 50' 'max nested 20' 'calls nested 20' 'calls nested return 20' 'args nested return 1330'
	'greeting <xhello>' 'greeting returns <hello>')

# ---- counts and values -------------------------------------------------------

name="with -c"
timeout 60 "$build/dtrace" -qn "$everything" -c "$program" > "$T/out" 2> "$T/err"
said "${expected[@]}"
for when in exec preinit postinit main; do
	timeout 60 "$build/dtrace" -x evaltime=$when -qn 'pid$target:a.out:main:entry { @ = count(); }
		pid$target:a.out:_start:entry { @start = count(); } syscall::openat:entry /pid == $target/ { @open = count(); }
		END { printa("main %@d\n", @); printa("start %@d\n", @start); printa("open %@d\n", @open); }' \
		-c "$program" > "$T/out" 2> "$T/err"
	case $when in
	exec) name="evaltime=exec: all of the dynamic linker's work is still to come" said 'main 1' 'start 1' 'open 2' ;;
	preinit) name="evaltime=preinit: the libraries are loaded, the program has not begun" said 'main 1' 'start 1' ;;
	*) name="evaltime=$when: main is next" said 'main 1' ;;
	esac
	[ $when = exec ] || check "evaltime=$when: no file is opened any more" test -z "$(grep '^open' "$T/out")"
done
check "evaltime=main: _start is over" test -z "$(grep '^start' "$T/out")"

# begin ARGUMENT: the program in the background, waiting for a line on fd 5.
begin() {
	rm -f "$T/go" "$T/out"
	mkfifo "$T/go"
	"${as[@]}" "$program" "$1" < "$T/go" > "$T/said" 2>&1 &
	target=$!
	exec 5> "$T/go"
	wait_for 20 grep -q functions "/proc/$target/maps"
}
as=()
name="with -p"
begin wait
timeout 60 "$build/dtrace" -qn "BEGIN { printf(\"ready\n\"); } $everything" -p $target > "$T/out" 2> "$T/err" &
client=$!
wait_for 20 grep -q ready "$T/out"
echo >&5
exec 5>&-
wait $client
said "${expected[@]}"

# Two of each at once, with places of the same file.
begin wait
timeout 60 "$build/dtrace" -qn "BEGIN { printf(\"ready\n\"); }
	pid$target::step:entry, pid\$target::step:entry { @[probeprov == \"pid$target\"] = count(); }
	END { printa(\"%d %@d\n\", @); }" -c "$program" -p $target > "$T/out" 2> "$T/err" &
client=$!
wait_for 20 grep -q ready "$T/out"
echo >&5
exec 5>&-
wait $client
name="a process of -c and one of -p" said '0 1000' '1 1000'

# A client in another pid namespace: its numbers are those of that.
if unshare --pid --fork --mount-proc true 2> /dev/null; then
	cat > "$T/inside.sh" <<- 'E'
		mkfifo "$T/go7"
		"$program" wait < "$T/go7" > /dev/null &
		exec 7> "$T/go7"
		until grep -q functions "/proc/$!/maps" || ! kill -0 $!; do sleep 0.01; done
		timeout 60 "$build/dtrace" -qn 'BEGIN { printf("ready\n"); } pid$target:a.out:step:entry /pid == $target/ { @ = count(); }
			END { printa("inside %@d\n", @); printf("%d\n", $target != $1); }' -p $! $! 7>&- > "$T/out" 2> "$T/err" &
		client=$!
		until grep -q ready "$T/out"; do sleep 0.01; kill -0 $client || break; done
		echo >&7
		exec 7>&-
		wait $client
		"$build/dtrace" -qn 'pid$target:a.out:step:entry { @ = count(); } END { printa("command %@d\n", @); }' -c "$program" > "$T/out2" 2>> "$T/err"
		"$build/dtrace" -x errtags -n 'pid1:::entry' > "$T/refused" 2>&1
	E
	export T program build
	unshare --pid --fork --mount-proc bash "$T/inside.sh"
	name="in another pid namespace, with -p" said 'inside 1000' 1
	check "in another pid namespace, with -c" grep -qx 'command 1000' "$T/out2"
	check "in another pid namespace, by number" grep -q '\[D_PDESC_INVAL\].*another pid namespace.*\$target' "$T/refused"
else
	skip "in another pid namespace" "unshare cannot make one"
fi

# ---- single instructions -----------------------------------------------------

timeout 60 "$build/dtrace" -ln 'pid$target:a.out:nested:' -c "$program" > "$T/list" 2> "$T/err"
check "entry, return and each instruction are listed" awk '$5 == "entry" { e++ } $5 == "return" { r++ } $5 == "0" { z++ }
	$5 ~ /^[0-9a-f]+$/ { n++ } END { exit !(e == 1 && r == 1 && z == 1 && n > 5) }' "$T/list"
timeout 60 "$build/dtrace" -qn 'pid$target:a.out:step:0 { @ = count(); @arg = sum(arg0 | arg1); }
	pid$target:a.out:step: { @each[probename] = count(); }
	END { printa("first %@d\n", @); printa("args %@d\n", @arg); printa("each %s %@d\n", @each); }' -c "$program" > "$T/out" 2> "$T/err"
name="the first instruction, without arguments" said 'first 1000' 'args 0'
check "each instruction of a function without jumps" awk '$1 == "each" { n++; if ($3 != 1000) bad++ } END { exit !(n > 3) || bad }' "$T/out"

# ---- as a user ---------------------------------------------------------------

other=65534
as=(setpriv --reuid "$other" --regid "$(id -g)" --clear-groups)
name="a user's own process"
timeout 60 "${as[@]}" "$build/dtrace" -qn "$everything" -c "$program" > "$T/out" 2> "$T/err"
said "${expected[@]}"
# refused NAME PATTERN ARGUMENT...: dtrace fails, and says that.
refused() {
	local name=$1 pattern=$2
	shift 2
	timeout 60 "${as[@]}" "$build/dtrace" -x errtags "$@" > "$T/out" 2> "$T/err" && echo "it succeeded" >> "$T/err"
	check "$name" grep -q -- "$pattern" "$T/err" || cat "$T/err"
}
refused "another user's process" "\[D_PROC_GRAB\].*may not have probes in process $$" -n "pid$$:::entry"
cp "$program" "$T/setuid" && chmod 4755 "$T/setuid"
mkfifo "$T/go2"
"${as[@]}" "$T/setuid" wait < "$T/go2" > /dev/null &
setuid=$!
exec 6> "$T/go2"
wait_for 20 grep -q setuid "/proc/$setuid/maps"
refused "a setuid program of the user's" "\[D_PROC_GRAB\].*may not have probes in process $setuid" -n "pid$setuid:::entry"
exec 6>&-
wait "$setuid"
as=()

# ---- what is not there -------------------------------------------------------

refused "no such process" '\[D_PROC_BADPID\].*there is no process 4194303' -n 'pid4194303:::entry'
refused "no number that a process can have" '\[D_PROC_BADPID\].*\$target' -n 'pid$target:::entry'
refused "no number" '\[D_PDESC_ZERO\].*pid1234' -n 'pid::main:entry'
refused "no such function" '\[D_PDESC_ZERO\].*nosuch' -n 'pid$target:a.out:nosuch:entry' -c "$program"
refused "no such object" '\[D_PDESC_ZERO\].*libnosuch' -n 'pid$target:libnosuch::entry' -c "$program"
refused "no such instruction" '\[D_' -n 'pid$target:a.out:step:fff' -c "$program"
cp "$program" "$T/stripped" && strip "$T/stripped"
refused "a stripped program" '\[D_PDESC_ZERO\]' -n 'pid$target:a.out:step:entry' -c "$T/stripped"
timeout 60 "$build/dtrace" -qZn 'pid$target:a.out:nosuch:entry { trace(1); } END { printf("ended\n"); }' -c "$program" > "$T/out" 2> "$T/err"
name="-Z: no such function" said ended

# ---- the code afterwards -----------------------------------------------------

# text: all the code of the target, as a checksum.
text() {
	awk '$2 ~ /x/ && $6 ~ /functions|libc/ { print $1 }' "/proc/$1/maps" | while IFS=- read -r from to; do
		dd if="/proc/$1/mem" bs=4096 skip=$((16#$from / 4096)) count=$(((16#$to - 16#$from) / 4096)) 2> /dev/null
	done | sha256sum
}
begin text
before=$(text $target)
timeout 60 "$build/dtrace" -qn "BEGIN { printf(\"ready\n\"); } pid\$target:a.out::entry, pid\$target:a.out::return, pid\$target:libc:mem*:entry { @ = count(); }
	pid\$target::ten:return { exit(0); }" -p $target > "$T/out" 2> "$T/err" &
client=$!
wait_for 20 grep -q ready "$T/out"
check "probes are in the code while it is traced" test "$(text $target)" != "$before"
echo >&5
wait $client
check "dtrace ends" test $? = 0
back() { [ "$(text $target)" = "$before" ]; }
check "the code is what it was" wait_for 10 back

# A client that is killed leaves nothing either.
rm "$T/out"
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); } pid$target:a.out::entry { @ = count(); }' -p $target > "$T/out" 2> "$T/err" &
client=$!
wait_for 20 grep -q ready "$T/out"
kill -KILL $client
wait $client 2> /dev/null
check "the code is what it was when dtrace was killed" wait_for 10 back
echo >&5
exec 5>&-
wait $target

# The program's file is removed while it runs.
begin text
rm "$program"
timeout 60 "$build/dtrace" -qn 'BEGIN { printf("ready\n"); } pid$target:a.out:step:entry { @ = count(); } END { printa("%@d\n", @); }
	pid$target:a.out:ten:return { exit(0); }' -p $target > "$T/out" 2> "$T/err" &
client=$!
wait_for 20 grep -q ready "$T/out"
echo >&5
wait $client
name="a program whose file was removed" said 1000
echo >&5
exec 5>&-
wait $target
# A program's file may be called anything, and is named in what is said of its probes.
odd=$T/$'odd\e[2J\n\xc2\x9bm'
cp "$(command -v sleep)" "$odd"
"$odd" 60 &
odd_pid=$!
is_odd() { [ "$(readlink "/proc/$odd_pid/exe")" = "$odd" ]; }
wait_for 10 is_odd
script -qec "$build/dtrace -n 'pid\$target:a.out:nosuch:entry' -p $odd_pid" /dev/null < /dev/null > "$T/odd.out"
kill "$odd_pid"
wait "$odd_pid" 2> /dev/null
check "a terminal gets no control characters from names of files" grep -qF 'odd?[2J?\302\233m' "$T/odd.out"
exit $((failures > 0))

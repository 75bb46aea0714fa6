#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# User stacks of blocked threads, frame for frame as gdb finds them: programs without frame pointers, of C, C++ and
# Python, static and stripped ones.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf unwind
if ! command -v gdb > /dev/null || ! gdb -nx -batch -ex 'python print(1)' > /dev/null 2>&1; then
	skip unwind "needs gdb with Python"
	exit 0
fi
start_daemon || exit 1

cat > "$T/frames.py" <<'END'
import gdb
gdb.execute("set backtrace past-main on")
for thread in gdb.selected_inferior().threads():
    thread.switch()
    print("thread %d" % thread.ptid[1])
    frame = gdb.newest_frame()
    while frame:
        # Those are one frame of the machine with the next one, and none.
        if frame.type() not in (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME):
            print("0x%x" % frame.pc())
        frame = frame.older()
END

in_read() {
	! grep -hqv '^0 ' "/proc/$1"/task/*/syscall
}

# sorted FILE: its stacks, by thread.
sorted() {
	awk '/^thread/ { key = $2; n = 0 } /^(thread [0-9]+|0x[0-9a-f]+( \?)?|\.\.\.)$/ { printf "%d %d %s\n", key, n++, $0 }' "$1" |
		sort -n -k1,1 -k2,2 | cut -d' ' -f3-
}

# same NAME THREADS MIN COMMAND...: the program blocks in read() in so many threads, at first on its stdin; the deepest
# stack has at least MIN frames.
same() {
	local name=$1 threads=$2 min=$3 pid client
	shift 3
	mkfifo "$T/$name.go"
	"$@" < "$T/$name.go" > "$T/$name.program" 2>&1 &
	pid=$!
	exec 7> "$T/$name.go"
	if ! wait_for 20 in_read "$pid"; then
		not_ok "$name starts" "$T/$name.program"
		return
	fi
	timeout 60 "$build/dtrace" -xnoresolve -qn 'BEGIN { printf("ready\n"); }
		syscall::read:entry /pid == $1/ { printf("thread %d", tid); ustack(120); n++; }
		syscall::read:entry /pid == $1 && n == $2/ { exit(0); }' "$pid" "$threads" \
		> "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	wait_for 20 grep -q ready "$T/$name.out" || not_ok "$name is traced" "$T/$name.err"
	echo -n x >&7
	wait "$client"
	wait_for 20 in_read "$pid"
	gdb -nx -batch -p "$pid" -x "$T/frames.py" > "$T/$name.gdb" 2> "$T/$name.gdberr"
	exec 7>&-
	wait "$pid"
	sed 's/^ *//' "$T/$name.out" > "$T/$name.plain"
	sorted "$T/$name.plain" > "$T/$name.actual"
	sorted "$T/$name.gdb" > "$T/$name.expected"
	check_same "$name: the stacks that gdb sees" "$T/$name.expected" "$T/$name.actual"
	check "$name: $threads threads" test "$(grep -c thread "$T/$name.actual")" = "$threads"
	check "$name: one has $min frames" test "$(awk '/^thread/ { n = 0; next } { if (++n > max) max = n } END { print max }' \
		"$T/$name.actual")" -ge "$min"
	check "$name: none was cut short" sh -c "! grep -qF ... $T/$name.plain"
}

same c 6 24 "$build/tests/kernel/deep"

compile() {
	local out=$1 source=$2
	shift 2
	if ! command -v "${1}" > /dev/null || ! "$@" -o "$T/$out" "$source" > "$T/$out.log" 2>&1; then
		skip "$out" "it cannot be compiled: $*"
		return 1
	fi
}

deep=$top/tests/kernel/deep.c
compile omit "$deep" gcc -O2 -fomit-frame-pointer -pthread && same omit 6 24 "$T/omit"
compile pointers "$deep" gcc -O1 -fno-omit-frame-pointer -pthread && same pointers 6 24 "$T/pointers"
compile small "$deep" gcc -Os -pthread && same small 6 24 "$T/small"
compile unoptimised "$deep" clang -O0 -pthread && same unoptimised 6 24 "$T/unoptimised"
compile static "$deep" gcc -O2 -static -pthread && same static 6 24 "$T/static"
compile stripped "$deep" gcc -O2 -pthread && strip "$T/stripped" && same stripped 6 24 "$T/stripped"

# In a destructor that an exception runs, called from a landing pad; then in the handler.
cat > "$T/landing.cc" <<'END'
#include <stdexcept>
#include <string>
#include <unistd.h>
static int blocked(int n) { char c; while (n-- && read(0, &c, 1) == 1); return n; }
struct guard {
	std::string name;
	__attribute__((noinline)) ~guard() { blocked(2); }
};
__attribute__((noinline)) static int thrower(int n)
{
	guard g{std::string(n, 'x')};
	if (n > 3)
		throw std::runtime_error(g.name);
	return thrower(n + 1) + 1;
}
int main()
{
	try {
		return thrower(3);
	} catch (const std::exception &e) {
		return blocked(1000) + e.what()[0];
	}
}
END
compile landing "$T/landing.cc" g++ -O2 && same landing 1 6 "$T/landing"

cat > "$T/deep.py" <<'END'
import os
def down(n):
    if n:
        return max([n], key=lambda x: down(n - 1))
    while os.read(0, 1):
        pass
    return 0
down(8)
END
python=$(python3 -c 'import sys; print(sys.executable)' 2> /dev/null)
if [ -n "$python" ]; then
	same python 1 30 "$python" "$T/deep.py"
else
	skip python "there is no python3"
fi

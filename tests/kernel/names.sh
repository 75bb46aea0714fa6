#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Names in user stacks: of processes that have exited when they are printed, in another root, and of C++.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf names
if ! command -v gcc > /dev/null; then
	skip names "needs gcc"
	exit 0
fi
start_daemon || exit 1

cat > "$T/program.c" <<'END'
#include <unistd.h>
__attribute__((noinline)) static int inner(int x) { return getppid() + x; }
__attribute__((noinline)) int outer(int x) { return inner(x) + 1; }
int main(void) { return outer(1) == 0; }
END
gcc -O1 -fno-omit-frame-pointer -static -o "$T/program" "$T/program.c"

# names COMMAND...: the outer frames of the program when it calls getppid(), a function per line. The caller of the
# innermost is not found when the file has no unwind table yet.
names() {
	timeout 60 "$build/dtrace" -q "${options[@]}" -n 'syscall::getppid:entry /execname == "program"/ { ustack(); }' -c "$*" \
		2> "$T/err" | sed -n 's/^ *\([^ ]*`[^+ ]*\).*/\1/p' | grep -E 'outer|`main$'
}

options=()
printf 'program`%s\n' outer main > "$T/expected"
names "$T/program" > "$T/actual"
check_same "a program that has exited" "$T/expected" "$T/actual"

cat > "$T/five" <<END
#!/bin/sh
for i in 1 2 3 4 5; do $T/program; done
END
chmod +x "$T/five"
for _ in 1 2 3 4 5; do cat "$T/expected"; done > "$T/expected5"
names "$T/five" > "$T/actual"
check_same "five programs that have exited" "$T/expected5" "$T/actual"

# In another root: found by a process that is still there, as in a container.
mkdir "$T/root"
cp "$T/program" "$T/root/program"
cat > "$T/stays.c" <<'END'
#include <unistd.h>
int main(void) { char c; return read(0, &c, 1) == 1; }
END
gcc -static -o "$T/root/stays" "$T/stays.c"
mkfifo "$T/hold"
chroot "$T/root" /stays < "$T/hold" &
stays=$!
exec 6> "$T/hold"
wait_for 10 sh -c "readlink /proc/$stays/exe | grep -q stays"
names "chroot $T/root /program" > "$T/actual"
exec 6>&-
wait "$stays"
check_same "in another root" "$T/expected" "$T/actual"

if command -v g++ > /dev/null; then
	sed 's/^__attribute__((noinline)) int outer/namespace space { & /; s/ return inner(x) + 1; }/& }/; s/outer(1)/space::outer(1)/' \
		"$T/program.c" > "$T/program.cc"
	g++ -O1 -fno-omit-frame-pointer -static -o "$T/program" "$T/program.cc"
	printf 'program`%s\n' _ZN5space5outerEi main > "$T/expected"
	names "$T/program" > "$T/actual"
	check_same "C++" "$T/expected" "$T/actual"
	options=(-xdemangle)
	printf 'program`%s\n' 'space::outer(int)' main > "$T/expected"
	names "$T/program" > "$T/actual"
	check_same "C++, as its source has it" "$T/expected" "$T/actual"
else
	skip "C++" "needs g++"
fi

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Sourced by run, with a daemon running: what processes call themselves does nothing to a terminal, and reaches files
# and pipes as it is. A format's own text is the program's, and goes out as it is everywhere.

printf '%s\n' "exec -a $'\\e]0;title\\a' bash $T/hostile2.sh" > "$T/hostile.sh"
printf '%s\n' "printf %s $'\\e[2J\\r\\x9bm\\xc3\\xa4' > /proc/\$\$/comm" "kill -0 \$\$" > "$T/hostile2.sh"
cat > "$T/hostile.d" << 'D'
#pragma D option quiet
syscall::kill:entry
/pid == $target && arg1 == 0/
{
	printf("\033[1m%s|%12.4s|%c|%S|", execname, execname, execname[0], execname);
	trace(execname); trace(" ");
	trace(stringof(curpsinfo->pr_psargs)); printf("|\n");
	print(execname); printf("|\n");
	@keys[execname] = count();
	@form[execname] = count();
	freopen("%s", strjoin("/nonexistent/", execname));
	exit(0);
}
END { printa("form %s|\n", @form); }
D
"$build/dtrace" -ws "$T/hostile.d" -c "bash $T/hostile.sh" > "$T/bytes.out" 2> "$T/bytes.err"
script -qec "$build/dtrace -ws $T/hostile.d -c 'bash $T/hostile.sh'" /dev/null < /dev/null > "$T/terminal.out"

# What to expect: the name, four characters of it, one of it, the arguments, as a terminal or a file gets them.
say_hostile() {
	printf '\033[1m%s|%12s|%s|\\033[2J\\r\\233m\\303\\244|%s %s %s|\n' "$1" "$2" "$3" "$1" "$4" "$T/hostile2.sh"
	printf 'string "\\033[2J\\r\\233m\\303\\244"\n|\n'
}
escapes=$'\e[2J\r\x9bm\xc3\xa4'
LC_ALL=C say_hostile "$escapes" $'\e[2J' $'\e' $'\e]0;title\a' > "$T/bytes.want"
say_hostile '\033[2J\015\233mä' '\033[2J' '\033' '\033]0;title\007' > "$T/terminal.want"
tr -d '\n' < "$T/bytes.out" > "$T/bytes.flat"
tr -d '\n' < "$T/bytes.want" > "$T/bytes.wanted"
check "files and pipes get the bytes" grep -qaF -f "$T/bytes.wanted" "$T/bytes.flat"
check "and printa() and keys, too" test "$(grep -cF -- "$escapes" "$T/bytes.out")" = 3
check "and messages" grep -qF "/nonexistent/$escapes\"" "$T/bytes.err"
tr -d '\r' < "$T/terminal.out" > "$T/terminal.got"
head -n 3 "$T/terminal.got" > "$T/terminal.head"
check_same "a terminal gets no control characters but those of the format" "$T/terminal.want" "$T/terminal.head"
check "nor from printa(), keys and messages" test "$(tail -n +2 "$T/terminal.got" | LC_ALL=C tr -d '\n\t -~' | wc -c)" = \
	"$(tail -n +4 "$T/terminal.got" | grep -o ä | tr -d '\n' | wc -c)"
check "which show them as numbers" test "$(tail -n +4 "$T/terminal.got" | grep -cF '\033[2J\015\233mä')" = 3

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2028
# Every letter of d-reference section 17: what it does, or how it is refused, with the exit status; then combinations.
cd "$T" || exit
echo "exit 3" > status3
mkdir lib include
echo 'inline int from_library = 7;' > lib/lib.d
echo '#define FROM_HEADER 8' > include/header.h
echo 'BEGIN { printf("script %s\n", $$1); exit(0); }' > script.d
printf '#include <header.h>\nBEGIN { printf("%%d\\n", FROM_HEADER); exit(0); }\n' > header.d
echo 'BEGIN { printf("%d\n", OF_OURS); exit(0); }' > defined.d
echo 'provider p { probe q(int); };' > provider.d

row() { # LETTER, STATUS, a line that the output must have (a pattern, or "nothing"); then the arguments
	local letter=$1 expected=$2 pattern=$3 status=0
	shift 3
	timeout 20 dtrace "$@" > out 2>&1 || status=$?
	[ "$status" = "$expected" ] || { echo "-$letter: status $status, not $expected: dtrace $*"; head -3 out; }
	if [ "$pattern" = nothing ]; then [ ! -s out ]; else grep -qE -- "$pattern" out; fi || { echo "-$letter: no '$pattern': dtrace $*"; head -3 out; }
	echo "$letter" >> seen
}

row 32 1 '64-bit data model' -32 -n BEGIN
row 64 0 '^yes$' -64 -qn 'BEGIN { printf("yes\n"); exit(0); }'
row a 1 'not possible here.*claimed' -a
row A 1 'not possible here.*boot' -A -n BEGIN
row b 0 'buffer|^yes$' -b 64k -qn 'BEGIN { printf("yes\n"); exit(0); }'
row b 1 'failed to set -b x: Invalid value' -b x -n BEGIN
row B 1 'not possible here' -B -n BEGIN
row c 0 '^yes$' -c true -qn 'BEGIN { printf("%s\n", $target > 0 ? "yes" : "no"); }'
row c 1 'nonexistent' -c /nonexistent -n BEGIN
row C 0 '^8$' -C -I include -qs header.d
row D 0 '^5$' -C -D OF_OURS=5 -qs defined.d
row D 0 '^1$' -C -D OF_OURS -qs defined.d
row U 1 'OF_OURS' -C -D OF_OURS=5 -U OF_OURS -qs defined.d
row I 1 'header.h' -C -qs header.d
row H 0 'include/header.h' -C -H -I include -qs header.d
row e 0 'matched 1 probe' -e -n BEGIN
row f 0 'getppid entry' -l -f getppid
row F 0 'CPU FUNCTION' -F -n 'BEGIN { trace(1); exit(0); }'
row G 0 nothing -G -s provider.d
row h 0 nothing -h -s provider.d
row i 0 'BEGIN' -i 1 -n 'BEGIN { exit(0); }'
row i 1 'invalid' -i x
row l 0 'ID +PROVIDER +MODULE +FUNCTION NAME' -l -n BEGIN
row L 0 '^7$' -L lib -qn 'BEGIN { printf("%d\n", from_library); exit(0); }'
row m 0 'syscall +vmlinux' -l -m syscall:vmlinux
row n 0 'dtrace +BEGIN' -l -n BEGIN
row o 0 nothing -o output -qn 'BEGIN { printf("yes\n"); exit(0); }'
grep -q yes output || echo '-o: nothing in the file'
row p 0 '^yes$' -p $$ -qn 'BEGIN { printf("%s\n", $target == '$$' ? "yes" : "no"); exit(0); }'
row p 1 '4194304|999999' -p 999999999 -n BEGIN
row P 0 'dtrace +ERROR' -l -P dtrace
row q 0 '^yes$' -q -n 'BEGIN { printf("yes\n"); exit(0); }'
row s 0 'script arg' -q -s script.d arg
row S 0 'r[0-9]' -S -e -n 'BEGIN { trace(1); }'
row v 0 'Stability attributes for description BEGIN' -v -e -n BEGIN
row V 0 '^dtrace: .*D 1\.13' -V
row w 0 'allowing destructive actions' -w -n 'BEGIN { system("true"); exit(0); }'
row w 1 'estructive' -n 'BEGIN { system("true"); exit(0); }'
row x 0 '^yes$' -x quiet -n 'BEGIN { printf("yes\n"); exit(0); }'
row x 1 'failed to set -x nosuch: Invalid option name' -x nosuch -n BEGIN
row X 0 '^5$' -C -X s -D OF_OURS=5 -qs defined.d
row X 1 'failed to set -X q' -X q -n BEGIN
row Z 0 'matched 0 probes' -Z -e -n nosuch:::probe
row Z 1 'nosuch' -e -n nosuch:::probe
for letter in 32 64 a A b B c C D e f F G h H i I l L m n o p P q s S U v V w x X Z; do
	grep -qx -- "$letter" seen || echo "-$letter was not tried"
done

# Only one of -A -G -h -l -V: usage, status 2. The same letter twice is no harm.
for first in A G h l V; do
	for second in A G h l V; do
		[ $first = $second ] || row both 2 'only one of the \[-AGhlV\] options' -$first -$second -n BEGIN
	done
done
row twice 0 BEGIN -l -l -n BEGIN
# -B with -A, -G, -l, -o: status 2.
for other in -A -G -l '-o output'; do
	# shellcheck disable=SC2086
	row B 2 '-B not valid in combination' -B $other -n BEGIN
done
# No arguments, unknown letters, missing arguments: usage, status 2.
row none 2 '^Usage: dtrace'
row unknown 2 'illegal option -- y' -y
row unknown 2 '^Usage: dtrace' -t -n BEGIN
for letter in b c D f i I L m n o p P s U x X; do
	row "$letter" 2 "option requires an argument -- $letter" -$letter
done
# Nothing to do; the argument of exit(); a program that does not compile; what no probe matches; -e and -c's status.
row nothing 1 'no probes specified' -q
row nothing 1 'no probes specified' -h
row nothing 1 'no probes specified' -G provider.d
row exit 9 'BEGIN' -n 'BEGIN { exit(9); }'
row compile 1 'unknown' -n 'BEGIN { x = y; }'
row zero 1 'nosuch' -n nosuch
row fault 0 'invalid address' -n 'BEGIN { trace(*(int *)8); } END { }' -n 'tick-10ms { exit(0); }'
row command 0 'exited with status 3' -c 'sh status3' -n 'END { }'
# Options and operands in any order; several programs, in order.
row order 0 '^script arg$' arg -q -s script.d
row several 0 '^ab$' -qn 'BEGIN { printf("a"); }' -qn 'BEGIN { printf("b\n"); exit(0); }'
# -h, -G, -l imply -Z.
row Z 0 'only the providers' -h -o z.h -n 'provider p { probe q(); }; nosuch:::probe { }' -q

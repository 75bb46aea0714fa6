# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=sh
# More tables and arrays than a program of the kernel has maps: those of the last aggregations have no overflow hash.
# Arrays are refused beyond what it has.
program() {
	i=0
	echo 'BEGIN { self->x = 1; @stacks[stack(), ustack()] = count();'
	while [ $i -lt "$1" ]; do
		echo "a${i}[pid] = $i;"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt "$2" ]; do
		echo "@t${i}[\"key\", pid == \$pid] = sum($i);"
		i=$((i + 1))
	done
	echo '}'
}

program 51 120 > "$T/some.d"
cat >> "$T/some.d" << 'EOF'
BEGIN { printf("%d\n", a50[pid]); exit(0); }
END { printa("%s %d %@d %@d\n", @t0, @t119); trunc(@stacks); }
EOF
dtrace -qs "$T/some.d" | grep -E '^(50|key 1 0 119)$'
{ program 52 0; echo 'BEGIN { exit(0); }'; } > "$T/arrays.d"
dtrace -qs "$T/arrays.d" 2>&1 | sed -n '1s/.*line [0-9]*: //p'

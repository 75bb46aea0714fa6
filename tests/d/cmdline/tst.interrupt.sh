# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §11.1: ^C: a newline, then what END prints, a blank line, the aggregations.
# A shell's background jobs ignore SIGINT, so it is set back. Two at once are one: timeout(1) signals child and group.
for signal in INT TERM "INT INT"; do
	rm -f "$T/out" # of the one before, which was ready
	env --default-signal=INT dtrace -q -n 'BEGIN { printf("ready\n"); @ = count(); } END { printf("end\n"); }' > "$T/out" &
	pid=$!
	wait_for 10 grep -q ready "$T/out"
	for s in $signal; do kill -"$s" "$pid" 2> /dev/null; sleep 0.01; done
	wait "$pid"
	echo "status $?"
	cat "$T/out"
done

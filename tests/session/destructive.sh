# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Sourced by run: members of the group may not do anything to processes of others, whatever -w says. What the client does
# is theirs: it has their rights.

if command -v setpriv > /dev/null; then
	chmod 755 "$T"
	"$build/dtraced" --group "$(id -gn)" --socket "$T/members" > "$T/members.log" 2>&1 &
	members_pid=$!
	wait_for 10 test -S "$T/members"
	# member ARGUMENT...: dtrace as a member of the group.
	member() {
		DTRACED_SOCKET=$T/members timeout 60 setpriv --reuid 65534 --regid "$(id -g)" --clear-groups "$build/dtrace" "$@"
	}
	# A process of root's, that would take a signal at its next system call.
	mkfifo "$T/victim.go"
	bash -c 'while read -t 0.01 line || [ $? -gt 128 ]; do :; done' < "$T/victim.go" &
	victim=$!
	exec 6> "$T/victim.go"
	for action in 'raise(9)' 'stop()' 'chill(1000)'; do
		member -qwn "syscall:::entry /pid == $victim/ { $action; n++; } tick-1s { exit(0); }" > "$T/out" 2>&1
		check "a member's $action is refused" grep -q "this is destructive, which needs class destructive; yours is user, \
by the role 'group' (the built-in policy: bindings\[1\])$" "$T/out"
	done
	check "the process lives" kill -0 "$victim"
	member -qwn 'BEGIN { system("id -u"); exit(0); }' > "$T/out" 2>&1
	check "what system() runs is the member's" grep -qx 65534 "$T/out"
	DTRACED_SOCKET=$T/members timeout 60 "$build/dtrace" -qwn "syscall:::entry /pid == $victim/ { raise(9); exit(0); }"
	wait "$victim" 2> /dev/null
	check "root's raise(9) is not" test $? = 137
	exec 6>&-
	kill "$members_pid"
	wait "$members_pid"
else
	skip "members may not destroy" "no setpriv"
fi

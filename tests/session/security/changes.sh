#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Threat: a user's probe follows a process of theirs into a program with more rights: set-user-ID, set-group-ID, with
# file capabilities, one that may not be read; or goes on when it has become undumpable or entered a user namespace.
# 1000 calls before and 1000 after: the first are counted exactly, of the second none.
# Shown to fail without its defence: let put_memory_check() (daemon/policy/guard_user.c) return at its start. The kernel
# makes undumpable what gains rights, so ids, capabilities and namespaces are each shown in tests/unit/check_confined.c.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
need_bpf security/changes
# shellcheck source=tests/session/security/users.sh
. "$(dirname "$0")/users.sh"
start_daemon --group "$group" || exit 1

# counted ARGUMENT...: how many getppid() of the actor mallory sees.
counted() {
	timeout 60 "${as_mallory[@]}" "$build/dtrace" -qn 'syscall::getppid:entry /pid == $target/ { @ = count(); } END { printa("%@d\n", @); }' \
		-c "$actor $*" > "$T/out" 2> "$T/err"
	grep -E '^[0-9]+$' "$T/out" | tail -1
}
# is NAME VALUE ARGUMENT...
is() {
	local name=$1 value=$2 got
	shift 2
	got=$(counted "$@")
	if [ "$got" = "$value" ]; then ok "$name"; else cat "$T/err" >> "$T/out"; not_ok "$name ($got, not $value)" "$T/out"; fi
}
for kind in plain setuid setgid caps unreadable; do
	cp "$actor" "$T/$kind"
	chmod 755 "$T/$kind"
done
chmod 4755 "$T/setuid"
chgrp 1 "$T/setgid" && chmod 2755 "$T/setgid"
chmod 711 "$T/unreadable"
is "a plain program" 2000 calls 1000 "$T/plain"
is "a set-group-ID program" 1000 calls 1000 "$T/setgid"
is "a program that may not be read" 1000 calls 1000 "$T/unreadable"
if ! findmnt -no OPTIONS -T "$T" 2> /dev/null | grep -q nosuid; then
	is "a set-user-ID program" 1000 calls 1000 "$T/setuid"
else
	skip "a set-user-ID program" "$T is on a file system without them"
fi
if command -v setcap > /dev/null && setcap cap_net_raw+ep "$T/caps" 2> /dev/null; then
	is "a program with capabilities" 1000 calls 1000 "$T/caps"
else
	skip "a program with capabilities" "they cannot be set here"
fi
is "one that becomes undumpable" 1000 change undumpable 1000
if "${as_mallory[@]}" "$actor" change namespace 0 > /dev/null 2>&1; then
	is "one that enters a user namespace" 1000 change namespace 1000
else
	skip "one that enters a user namespace" "users may make none here"
fi

# The same of places in code, which the kernel follows through an exec.
"${as_mallory[@]}" "$build/dtrace" -qn 'pid$target:libc*:syscall:entry { @ = count(); } END { printa("%@d\n", @); }' \
	-c "$actor change undumpable 500" > "$T/out" 2> "$T/err"
check "pid: one that becomes undumpable" grep -qx 500 "$T/out"
[ "$failures" = 0 ]

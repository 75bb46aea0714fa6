#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2317 # variables of lib.sh; D has variables with a dollar sign
# Threat: a user who has more rights by one group than by another (or in one unit, or control group) leaves a session
# behind with the first, and a process of theirs that has only the second attaches to it: it would see what all do.
# Or the policy takes the class away, while the session that was begun with it goes on.
# Shown to fail without its defence: let judge_view() (daemon/policy/judge.c) return VERDICT_ALLOW at its start; leave
# out is_confined() in judge_session() (daemon/reload.c).
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
need_bpf security/roles
# shellcheck source=tests/session/security/users.sh
. "$(dirname "$0")/users.sh"
cat > "$T/policy.json" << 'JSON'
{ "version": 1,
  "roles": { "root": { "classes": ["kernel", "destructive"], "admin": ["*"] }, "operator": { "classes": ["kernel"] }, "developer": { "classes": ["user"] },
    "quiet": { "classes": ["user"], "probes": { "deny": ["syscall::getppid:"] } } },
  "bindings": [ { "match": { "uid": 0 }, "role": "root" }, { "match": { "gid": 31011 }, "role": "operator" }, { "match": { "gid": 31012 }, "role": "developer" },
    { "match": { "gid": 31013 }, "role": "quiet" } ] }
JSON
chmod 644 "$T/policy.json"
start_daemon --policy "$T/policy.json" || exit 1

# as_of GROUP ARGUMENT...: dtrace as mallory with that group.
as_of() {
	timeout 60 setpriv --reuid "$mallory" --regid "$1" --clear-groups "$build/dtrace" "${@:2}"
}
program='syscall::getppid:entry { printf("%d\n", uid); }'
as_of 31011 -d --name all -qn "$program" > "$T/out" 2>&1
check "a session of class kernel" grep -qx all "$T/out"
as_of 31012 -d --name own -qn "$program" > "$T/out" 2>&1
check "one of class user" grep -qx own "$T/out"

# refused NAME GROUP SESSION SENTENCE
refused() {
	as_of "$2" attach "$3" > "$T/out" 2>&1
	check "$1" grep -qE -- "$4" "$T/out"
}
refused "class user sees nothing of class kernel" 31012 all "of class 'kernel' records: its role 'developer'"
refused "nor whom the policy denies the probe" 31013 own "may not have the probe syscall:.*its role 'quiet'"
as_of 31011 attach own > "$T/out" 2>&1 &
viewer=$!
has_viewer() {
	as_of 31012 list | grep -qE '^own +[^ ]+ +running +1 '
}
check "class kernel may see class user" wait_for 20 has_viewer
kill "$viewer" 2> /dev/null
wait "$viewer" 2> /dev/null

# A viewer whose role may not have the probe any more, while the owner's may.
as_of 31013 -d --name other -qn 'syscall::getpid:entry { printf("%d\n", uid); }' > "$T/out" 2>&1
as_of 31012 attach other > "$T/seen" 2>&1 &
viewer=$!
has_viewer() {
	as_of 31013 list | grep -qE '^other +[^ ]+ +running +1 '
}
check "another role may see it, too" wait_for 20 has_viewer
sed -i 's;"developer": { "classes": \["user"\] };"developer": { "classes": ["user"], "probes": { "deny": ["syscall::getpid:"] } };' "$T/policy.json"
kill -HUP "$daemon_pid"
check "not when the policy denies that role the probe" wait_for 20 process_gone "$viewer"
wait "$viewer" 2> /dev/null
check "the session goes on" bash -c "setpriv --reuid $mallory --regid 31013 --clear-groups '$build/dtrace' list | grep -qE '^other +[^ ]+ +running'"
check "its user may end it" as_of 31012 kill own

# Not so any more: its probe is one of class user, but it was not begun as that.
sed -i 's,"operator": { "classes": \["kernel"\],"operator": { "classes": ["user"],' "$T/policy.json"
kill -HUP "$daemon_pid"
ends() {
	as_of 31012 attach all > "$T/out" 2>&1
	grep -q "policy has changed: uid $mallory has no class 'kernel' any more" "$T/out"
}
check "and ends when its role loses that class" wait_for 60 ends
[ "$failures" = 0 ]

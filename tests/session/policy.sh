# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Sourced by run: users in different roles, another policy while they trace, bad policies.

policy=$T/policy.json

# write_policy LIMITS DENY: uid 65534 is a tracer, 65533 a developer, 65532 nobody.
write_policy() {
	cat > "$policy.new" << EOF
{ "version": 1,
  "settings": { "never": { "probes": [ "rawtp:::sys_exit" ] } },
  "roles": {
    "root": { "classes": ["kernel", "destructive"], "admin": ["*"] },
    "tracer": { "classes": ["kernel"], "probes": { "deny": [$2] }, "limits": { $1 } },
    "developer": { "classes": ["user"], "detached": false } },
  "bindings": [ { "match": { "uid": 0 }, "role": "root" },
    { "match": { "uid": 65534 }, "role": "tracer" }, { "match": { "uid": 65533 }, "role": "developer" } ] }
EOF
	chmod 644 "$policy.new"
	mv "$policy.new" "$policy"
}

# as UID ARGUMENT...: dtrace as that user.
as() {
	local uid=$1
	shift
	DTRACED_SOCKET=$T/p timeout 60 setpriv --reuid "$uid" --regid "$uid" --clear-groups "$T/dtrace" "$@"
}

# denied NAME UID PATTERN ARGUMENT...: dtrace as that user is refused with this.
denied() {
	local name=$1 uid=$2 pattern=$3
	shift 3
	if as "$uid" "$@" > "$T/denied.out" 2>&1 || ! grep -qE -- "$pattern" "$T/denied.out"; then
		echo "no '$pattern'" >> "$T/denied.out"
		not_ok "policy: $name" "$T/denied.out"
	else
		ok "policy: $name"
	fi
}

# logged PATTERN: the daemon has said so.
logged() {
	grep -qE -- "$1" "$T/p.log"
}

# checked NAME STATUS PATTERN FILE
checked() {
	"$build/dtraced" --check-policy "$4" > "$T/checked.out" 2>&1
	check "policy: $1" test "$?" = "$2"
	check "policy: $1, and what is said" grep -qE -- "$3" "$T/checked.out"
}

start_with_policy() {
	"$build/dtraced" --socket "$T/p" --policy "$policy" --verbose > "$T/p.log" 2>&1 &
	policy_daemon=$!
	wait_for 60 test -S "$T/p"
}

stop_with_policy() {
	kill "$policy_daemon"
	wait "$policy_daemon"
}

run_refusals() {
	check "policy: root traces" as 0 -qn 'BEGIN { exit(0); }'
	check "policy: a tracer traces" as 65534 -qn 'BEGIN { exit(0); }'
	denied "nobody" 65532 'uid 65532 may not use dtraced: the policy binds no role to it' -n 'BEGIN'
	denied "nobody lists probes" 65532 'uid 65532 may not use dtraced' -l
	check "policy: a developer traces" as 65533 -qn 'BEGIN { exit(0); }'
	denied "a class that is missing" 65533 "rawtp:sched::sched_wakeup needs class kernel; yours is user, by the role 'developer' \(.*policy.json: bindings\[2\]\)" \
		-n 'rawtp:::sched_wakeup'
	denied "a probe that is denied" 65534 'may not have the probe syscall:.*:ptrace:entry: its role .* may not have syscall::ptrace: \(.*policy.json:5\)' \
		-n 'syscall::ptr*:entry'
	denied "a probe that nobody may have" 0 'may not have the probe rawtp:.*:sys_exit: nobody may have rawtp:::sys_exit' \
		-n 'rawtp:::sys_exit'
	denied "the same with -e" 65534 'may not have the probe syscall:' -e -n 'syscall::ptrace:entry'
	denied "destructive actions" 65534 "may not use raise\(\).* takes the class 'destructive', which its role 'tracer'" -wn 'syscall::getpgid:entry { raise(9); }'
	denied "too many clauses" 65534 "too many clauses: 4, the maximum for uid 65534 is 3 \(limit 'clauses' of its role 'tracer'" \
		-n 'BEGIN { } END { } syscall::read:entry { } syscall::read:return { }'
	denied "too much D" 65534 'too many bytes of D: 2[0-9][0-9], the maximum for uid 65534 is 200' \
		-n "BEGIN { trace(\"$(printf '%200s')\"); }"
	denied "too high a rate" 65534 'too many firings of tick-N a second: 100, the maximum for uid 65534 is 10' -n 'tick-100hz'
}

# explained NAME UID PATTERN ARGUMENT...: dtrace policy explain as that user says so.
explained() {
	local name=$1 uid=$2 pattern=$3
	shift 3
	as "$uid" policy explain "$@" > "$T/explained.out" 2>&1
	if grep -qE -- "$pattern" "$T/explained.out"; then
		ok "policy: explain: $name"
	else
		echo "no '$pattern'" >> "$T/explained.out"
		not_ok "policy: explain: $name" "$T/explained.out"
	fi
}

run_explain() {
	explained "one's own role" 65533 "^uid 65533: role 'developer' \(.*policy.json: bindings\[2\]\)$"
	explained "its classes" 65533 '^classes +proc, user$'
	explained "its limits" 65534 'sessions 1, kernel_programs 1024,'
	explained "what is denied" 65534 '^but not +syscall::ptrace:$'
	explained "what nobody may have" 65534 '^nobody +rawtp:::sys_exit$'
	explained "a program" 65533 "^program +allowed; it takes the class 'user'$" -n 'syscall::read:entry'
	explained "one of the kernel's" 65534 "^program +allowed; it takes the class 'kernel'$" -n 'rawtp:::sched_wakeup'
	explained "one that is refused" 65533 "needs class kernel; yours is user, by the role 'developer'" -n 'rawtp:::sched_wakeup'
	explained "another user" 0 "^uid 65534: role 'tracer'" -u 65534
	explained "another user's program" 0 "the program is refused: uid 65534 may not have the probe syscall:.*ptrace" \
		-u 65534 -n 'syscall::ptrace:entry'
	explained "another user's confined one" 0 "needs class kernel; yours is proc|needs class kernel; yours is user" -u 65533 \
		-n 'rawtp:::sched_wakeup'
	explained "a stranger" 0 '^uid 65532: the policy has no role for it$' -u 65532 -n 'BEGIN'
	explained "others are the business of who may" 65534 "may not ask about others: that takes the admin right 'explain-any'" \
		-u 0
	explained "nobody of that name" 0 "there is no user 'no-such-user'" -u no-such-user
	explained "a program with a mistake" 65533 'is not closed before the end' -n 'BEGIN {'
	explained "usage" 0 '^Usage: dtrace policy explain' -u
}

# Ids in another user namespace are not what they look like. Kernels before 6.5 cannot tell.
run_namespaces() {
	if ! unshare -U true 2> /dev/null || [ "$(printf '6.5\n%s\n' "$(uname -r)" | sort -V | head -n 1)" != 6.5 ]; then
		skip "policy: user namespaces" "there are none, or the kernel does not tell"
		return
	fi
	DTRACED_SOCKET=$T/p timeout 60 unshare -U "$T/dtrace" -qn 'BEGIN { exit(0); }' > "$T/denied.out" 2>&1
	check "policy: another user namespace" grep -q 'uid 0 may not use dtraced: the policy binds no role to it' "$T/denied.out"
}

# Another policy while somebody traces: one with a mistake changes nothing, one that denies it ends it.
run_reload() {
	local viewer
	as 65534 -qn 'BEGIN { printf("ready\n"); } syscall::getpgid:entry { @ = count(); }' > "$T/viewer.out" 2>&1 &
	viewer=$!
	wait_for 20 grep -q ready "$T/viewer.out"
	denied "a second session" 65534 'too many sessions: 1 asked for with 1 in use, the maximum for uid 65534 is 1' -n 'BEGIN'
	echo '{ "version": 1, "role": {} }' > "$policy"
	kill -HUP "$policy_daemon"
	check "policy: a mistake is logged" wait_for 10 logged 'not changed: .*policy.json:1: role: there is no such key'
	check "policy: and changes nothing" kill -0 "$viewer"
	write_policy '"sessions": 1' '"syscall::getpgid:"'
	kill -HUP "$policy_daemon"
	wait "$viewer"
	check "policy: what it does not allow any more ends" \
		grep -qE 'the policy has changed: uid 65534 may not have the probe syscall:.*:getpgid:entry' "$T/viewer.out"
	check "policy: and the rest goes on" as 65534 -qn 'syscall::ptrace:entry { } BEGIN { exit(0); }'
	denied "to detach" 65533 'uid 65533 may not have sessions that outlive their clients: its role .developer. .* has "detached": false' \
		-d -n 'syscall::getpgid:entry { @ = count(); }'
	write_policy '"duration": "1s", "idle": "1s"' ''
	kill -HUP "$policy_daemon"
	wait_for 10 logged 'the policy has been read again'
	as 65534 -qn 'BEGIN { }' > "$T/viewer.out" 2>&1
	check "policy: how long" grep -qE "it has run for 1 s, as long as the limit 'duration' of its role 'tracer'" "$T/viewer.out"
	check "policy: a session is detached" as 65534 -d --name alone -n 'syscall::getpgid:entry { @ = count(); }'
	check "policy: and goes when nobody views it" wait_for 20 nobody_alone
}

nobody_alone() {
	as 65534 list > "$T/list.out" 2>&1 && ! grep -q alone "$T/list.out"
}

run_bad_policies() {
	echo '{ "version": 1, "roles": { "r": { "classes": ["kernel"] } }, "bindings": [ { "match": { "uid": 0 }, "role": "r" } ] }' > "$policy"
	checked "one that locks root out" 1 'policy.json: bindings\[0\]: this binding would lock root out' "$policy"
	rm "$policy" && mkfifo "$policy"
	checked "a fifo" 1 'policy.json: it is not a regular file' "$policy"
	start_with_policy
	check "policy: without a good one root traces" as 0 -qn 'BEGIN { exit(0); }'
	denied "and nobody else" 65534 'uid 65534 may not use dtraced: that takes root' -n 'BEGIN'
	stop_with_policy
}

# explain_both FILE: what the daemon makes of root and of a member, but for where it says so.
explain_both() {
	{ as 0 policy explain; as 65534 policy explain; } 2>&1 | sed 's/ (.*)$//' > "$1"
}

# The policy that is installed is the one that is built in.
run_installed() {
	local group
	group=$(getent group 65534 | cut -d: -f1)
	sed "s/\"dtrace\"/\"$group\"/" "$top/systemd/policy.json" > "$policy"
	chmod 644 "$policy"
	start_with_policy
	explain_both "$T/installed"
	stop_with_policy
	"$build/dtraced" --socket "$T/p" --policy /nonexistent/policy.json > "$T/p.log" 2>&1
	check "policy: a file that is not there" grep -q '/nonexistent/policy.json: No such file' "$T/p.log"
	"$build/dtraced" --socket "$T/p" --group "$group" > "$T/p.log" 2>&1 &
	policy_daemon=$!
	wait_for 60 test -S "$T/p"
	explain_both "$T/builtin"
	stop_with_policy
	check_same "policy: the installed one is the built-in one" "$T/builtin" "$T/installed"
	check "policy: and both have roles" grep -q "^uid 65534: role 'group'" "$T/installed"
}

if command -v setpriv > /dev/null; then
	cp "$build/dtrace" "$T/dtrace" && chmod 755 "$T/dtrace"
	write_policy '"sessions": 1, "clauses": 3, "source_bytes": 200, "tick_hz_max": 10' '"syscall::ptrace:"'
	checked "a good one" 0 'policy.json is good: 3 roles, 3 bindings' "$policy"
	start_with_policy
	run_refusals
	run_explain
	run_namespaces
	run_reload
	stop_with_policy
	run_bad_policies
	rm "$policy"
	run_installed
else
	skip policy "no setpriv"
fi

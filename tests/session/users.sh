# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Sourced by run, without a daemon: sessions of several users, who see and stop their own, and root, who may do more.

group=$(getent group 65534 | cut -d: -f1)
if ! command -v setpriv > /dev/null || [ -z "$group" ]; then
	skip "sessions of several users" "no setpriv, or no group 65534"
	return 0
fi
chmod 755 "$T"
install -m 755 "$build/dtrace" "$T/dtrace"
install -m 755 "$build/tests/session/hammer" "$T/hammer"
user=(setpriv --reuid 65533 --regid 65534 --clear-groups)
other=(setpriv --reuid 65532 --regid 65534 --clear-groups)
start_daemon --group "$group" || return 0

count='syscall::getpgid:entry /execname == "hammer"/ { @ = count(); }'
check "a member of the group detaches" "${user[@]}" timeout 20 "$T/dtrace" -qd --name same -n "$count"
check "another one, under the same name" "${other[@]}" timeout 20 "$T/dtrace" -qd --name same -n "$count"
"${user[@]}" "$T/dtrace" list > "$T/list.a"
check "who lists sees those that are his own" test "$(awk '$1 == "same" { print $2 }' "$T/list.a" | xargs)" = 65533
"$dtrace" list > "$T/list.root"
check "root sees all" test "$(awk '$1 == "same" { print $2 }' "$T/list.root" | sort | xargs)" = "65532 65533"
refused "root has to say which" "failed to show the session: 'same' is a session of uid 6553[23] and one of uid 6553[23]: say which by its id" \
	"$dtrace" show same
"$dtrace" -qd --name roots -n "$count" > /dev/null
refused "others' sessions are not there for who may not list them" "there is no session 'roots'" "${user[@]}" "$T/dtrace" kill roots
refused "nor to attach to" "there is no session 'roots'" "${user[@]}" "$T/dtrace" attach roots
refused "nobody else may freeze" "failed to freeze: uid 65533 may not freeze sessions" "${user[@]}" "$T/dtrace" freeze
refused "nor measure" "uid 65533 may not list sessions of others" "${user[@]}" "$T/dtrace" top -n 1

# Frozen: his is quiet, root's is not, and there is no new one.
id=$("${user[@]}" "$T/dtrace" show same | awk '$1 == "id" { print $2 }')
"${user[@]}" "$T/hammer" 0 100 10
"$dtrace" freeze
"${user[@]}" "$T/hammer" 0 100 10
check "freeze" test "$("${user[@]}" "$T/dtrace" list | awk '$1 == "same" { print $3 }')" = frozen
refused "no new sessions while frozen" "an administrator has frozen tracing" "${user[@]}" "$T/dtrace" -qd -n "$count"
check "root may" timeout 20 "$dtrace" -qn 'BEGIN { exit(0); }'
"$dtrace" thaw
"${user[@]}" "$T/hammer" 0 100 10
refused "root runs nobody's commands" "session 'same' is uid 65533's, whose commands are not run" "$dtrace" attach -w "$id"
"$dtrace" attach "$id" > "$T/same.out" 2>&1 &
view=$!
same_viewed() {
	"$dtrace" show "$id" | grep -q ', 1 viewer$'
}
check "root attaches by id" wait_for 10 same_viewed
check "the owner kills it" "${user[@]}" "$T/dtrace" kill same
wait $view
check "what was frozen was not counted" grep -qE '^ +200$' "$T/same.out"
check "now the name is plain" "$dtrace" kill same
check "root's own has counted all of it" bash -c "timeout -s INT 2 '$dtrace' attach roots 2> /dev/null | grep -qE '^ +300$'"
"$dtrace" kill roots

# The format is somebody else's: it does not reach a terminal of root's as it is.
"${user[@]}" timeout 20 "$T/dtrace" -qd --name evil -n 'tick-10ms { printf("\033]0;evil\007\n"); }' > /dev/null
script -qec "timeout -s INT 2 '$dtrace' attach evil" /dev/null < /dev/null > "$T/evil.out"
check "formats of others do nothing to a terminal" test "$(grep -c ']0;evil' "$T/evil.out")" -gt 0 -a "$(LC_ALL=C tr -dc '\033\007' < "$T/evil.out" | wc -c)" = 0
"${user[@]}" "$T/dtrace" kill evil
check "nothing is left" test "$("$dtrace" list | wc -l)" = 1
stop_daemon

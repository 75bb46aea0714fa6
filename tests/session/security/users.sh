# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2034 # variables of lib.sh and for who sources it
# Two users who may trace what is theirs: members of the group $group.
if ! command -v setpriv > /dev/null; then
	skip "$(basename "$0" .sh)" "there is no setpriv"
	exit 0
fi
group=$(id -gn)
mallory=31001 alice=31002
as_mallory=(setpriv --reuid "$mallory" --regid "$(id -g)" --clear-groups)
as_alice=(setpriv --reuid "$alice" --regid "$(id -g)" --clear-groups)
chmod 755 "$T"
# Where everybody can read and run it.
actor=$T/actor
cp "$build/tests/session/actor" "$actor" && chmod 755 "$actor"

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §11.2: attributes and argument types.
dtrace -lv -n BEGIN
dtrace -lv -n rawtp:::sched_process_exec | grep 'args\['
dtrace -lv -n syscall::read:entry | grep 'args\['

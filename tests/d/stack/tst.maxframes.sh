# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# maxframes is above what a program asks for; below 1 frame there is no stack.
dtrace -qx maxframes=2 -n 'rawtp:::sched_switch /!n++/ { stack(5); exit(0); }' | grep -c '`'
dtrace -qx stackframes=3 -n 'rawtp:::sched_switch /!n++/ { stack(); exit(0); }' | grep -c '`'
dtrace -qx stackframes=0 -n 'BEGIN { exit(0); }' 2>&1
[ $? = 1 ]

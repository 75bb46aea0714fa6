#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The io provider: blocks read and written past the page cache, one request each, with size, direction, device and file;
# and what is written back from the page cache.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf io
case $(stat -f -c %T "$T") in
ext2/ext3 | xfs) ;;
*) skip io "no file system on a disk here" && exit 0 ;;
esac
# The kernel itself counts how often a process has slept for I/O, if it is told to before the process starts.
accounting=/proc/sys/kernel/task_delayacct
before=
stop_accounting() {
	[ -z "$before" ] || echo "$before" > $accounting
	leave
}
trap stop_accounting EXIT
counted=
if [ -w $accounting ]; then
	before=$(cat $accounting)
	echo 1 > $accounting
	# shellcheck disable=SC2016
	counted='int began; uint64_t sleeps;
syscall::read:return /pid == $1 && !began/ { began = 1; sleeps = curthread->delays->blkio_count; }
syscall::exit_group:entry /pid == $1/ { printf("sleeps %d\n", curthread->delays->blkio_count - sleeps); }'
fi
start_daemon || exit 1
process=$build/tests/kernel/process
said() {
	check "$1: $2" grep -qxF -- "$2" "$T/$1.out"
}

dev=$(stat -c %d "$T")
major=$((dev >> 8 & 0xfff)) minor=$(((dev & 0xff) | (dev >> 12 & 0xfff00)))
name=$(basename "$(readlink -f "/sys/dev/block/$major:$minor")")
"$process" dwrite,30,"$T/blocks" <<< go > /dev/null
sync
trace_gated direct 'BEGIN { printf("ready\n"); }'"$counted"'
io:::start /pid == $1/ { @s[args[0]->b_flags, args[0]->b_bcount] = count();
	@dev[args[1]->dev_major, args[1]->dev_minor, args[1]->dev_statname, args[1]->dev_pathname] = count();
	@edev[getmajor(args[0]->b_edev) == args[1]->dev_major, getminor(args[0]->b_edev) == args[1]->dev_minor] = count(); 
	started[arg0] = 1; }
io:::done /started[arg0]/ { @d[args[0]->b_flags, args[0]->b_bcount] = count(); started[arg0] = 0; }
io:::wait-start /pid == $1/ { @w[probename] = count(); }
io:::wait-done /pid == $1/ { @w[probename] = count();
	@known[args[0] != NULL, args[0]->b_bcount, args[1]->dev_statname, args[2]->fi_pathname] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("start %x %d %@d\n", @s); printa("done %x %d %@d\n", @d); printa("dev %d %d %s %s %@d\n", @dev);
	printa("edev %d %d %@d\n", @edev); printa("%s %@d\n", @w);
	printa("known %d %d %s %s %@d\n", @known); }' "$process" dread,30,"$T/blocks" dwrite,20,"$T/blocks"
said direct 'start 40 4096 30'
said direct 'start 100 4096 20'
said direct 'done 40 4096 30'
said direct 'done 100 4096 20'
said direct "dev $major $minor $name /dev/$name 50"
said direct 'edev 1 1 50'
# Not one for each of the 50: a request may be done before its issuer sleeps, and files have metadata to wait for.
waits=$(awk '$1 == "wait-start" { n = $2 } END { print n + 0 }' "$T/direct.out")
if [ -n "$counted" ]; then
	said direct "sleeps $waits"
else
	skip "direct: as many waits as the kernel counts" "it does not"
fi
if [ "$waits" != 0 ]; then
	said direct "wait-done $waits"
	said direct "known 0 0 <none> <none> $waits"
else
	skip "direct: waits" "all 50 were done before anybody slept"
fi

trace_gated names 'BEGIN { printf("ready\n"); }
io:::start /pid == $1/ { @[args[2]->fi_name, args[2]->fi_pathname, args[2]->fi_fs] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %s %s %@d\n", @); }' "$process" dread,10,"$T/blocks"
said names "blocks $T/blocks $(stat -f -c %T "$T" | sed 's,ext2/ext3,ext4,') 10"

# Written back from the page cache by fsync(): every byte, in the name of the file.
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); }
io:::start /execname == "dd" && args[2]->fi_name == "cached"/ { @[args[0]->b_flags & 0x140] = sum(args[0]->b_bcount); }
syscall::exit_group:entry /execname == "dd"/ { exit(0); }
END { printa("bytes %x %@d\n", @); }' > "$T/cached.out" 2> "$T/cached.err" &
client=$!
wait_for 20 grep -q ready "$T/cached.out"
dd if=/dev/zero of="$T/cached" bs=64k count=16 conv=fsync 2> /dev/null
wait "$client"
said cached 'bytes 100 1048576'

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119,SC2317 # variables of lib.sh; D has variables with a dollar sign
# Paging: pages that are swapped out and in, read and written by files and past them, and reclaimed from a memory cgroup, each
# of a known number, as vminfo and sysinfo count them; against the cgroup's own numbers.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf vminfo
loop=
raw=
swap=
group=
clean_up() {
	[ -z "$swap" ] || swapoff "$loop"
	for dev in $loop $raw; do
		losetup -d "$dev"
	done
	[ -z "$group" ] || rmdir "$group"
	leave
}
trap clean_up EXIT

truncate -s 16M "$T/swap" "$T/disk"
loop=$(losetup -f --show "$T/swap" 2> /dev/null) || loop=
raw=$(losetup -f --show "$T/disk" 2> /dev/null) || raw=
[ -z "$loop" ] || { mkswap "$loop" > /dev/null 2>&1 && swapon -p 32000 "$loop" 2> /dev/null && swap=yes; }
reclaimer=
for dir in /sys/fs/cgroup/memory /sys/fs/cgroup /sys/fs/cgroup/unified; do
	if [ -n "$reclaimer" ] || ! mkdir "$dir/dtraced-$$" 2> /dev/null; then
		continue
	fi
	group=$dir/dtraced-$$
	for name in memory.reclaim memory.force_empty; do
		[ ! -e "$group/$name" ] || reclaimer=$name
	done
	[ -n "$reclaimer" ] || { rmdir "$group"; group=; }
done
start_daemon || exit 1
# A fault of the kernel at an address of its own is what a program that reads there makes.
trace_gated paging 'BEGIN { printf("ready\n"); phase = 0; }
syscall::getppid:entry /pid == $1/ { phase = (int)arg0; }
vminfo::: /pid == $1 && phase && probename != "as_fault" && probename != "maj_fault"/ { @[phase, probename] = sum(arg0); }
sysinfo:::bread, sysinfo:::bwrite, sysinfo:::bawrite, sysinfo:::phread, sysinfo:::phwrite /pid == $1 && phase/ {
	@[phase, probename] = sum(arg0); }
vminfo:::pgrrun { @run = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%d %s %@d\n", @); printa("0 pgrrun %@d\n", @run); }' \
	"$build/tests/kernel/reclaim" "$T/file" "${raw:--}" "${group:--}" $reclaimer
check_silent "paging: no word on stderr" "$T/paging.err"
value() { awk -v p="$1" -v k="$2" '$1 == p && $2 == k { n = $3 } END { print n + 0 }' "$T/paging.out"; }
said() { awk -v k="$1 " 'index($0, k) == 1 { n = $NF } END { print n + 0 }' "$T/paging.said"; }
happened() { grep -q "^phase $1 " "$T/paging.said"; }
# is PHASE PROBE NUMBER [MOST]
is() {
	local n
	n=$(value "$1" "$2")
	check "phase $1: $2 is $3${4:+ to $4} (told: $n)" test "$n" -ge "$3" -a "$n" -le "${4:-$3}"
}

# All that a phase counts: what is not named is 0.
counts() { # PHASE NAME PROBE=NUMBER...
	local phase=$1 name=$2 probe
	shift 2
	happened "$phase" || { skip "paging: $name" "not possible here" && return; }
	for probe in pgin pgpgin pgout pgpgout anonpgin anonpgout fspgin fspgout bread bwrite bawrite phread phwrite; do
		if [[ " $* " =~ \ $probe=([0-9]+)\  ]]; then
			is "$phase" $probe "${BASH_REMATCH[1]}"
		else
			is "$phase" $probe 0
		fi
	done
}
disk=$(stat -f -c %T "$T")
if [[ $disk = ext2/ext3 || $disk = xfs ]]; then
	counts 1 "direct reads" pgin=25 pgpgin=25 bread=25
	counts 2 "scattered reads of a file" pgin=40 pgpgin=40 fspgin=40 bread=40
	is 3 pgpgout 48
	is 3 fspgout 48
	is 3 anonpgout 0
	is 3 bawrite "$(value 3 bwrite)"
	is 3 bwrite 1 48
	is 3 pgout "$(value 3 bwrite)"
else
	skip "paging: files" "no file system on a disk here"
fi
if [ -n "$raw" ]; then
	counts 4 "raw reads" pgin=16 pgpgin=16 bread=16 phread=16
	counts 5 "raw writes" pgout=16 pgpgout=16 bwrite=16 phwrite=16
else
	skip "paging: a device" "no loop device here"
fi
if [ -n "$swap" ]; then
	counts 6 "memory swapped out" pgout=200 pgpgout=200 anonpgout=200 bwrite=200 bawrite=200
else
	skip "paging: swap" "no swap here"
fi
# What else the group has goes, too; the kernel's own counts say how much, of this group and any other.
if [ -n "$reclaimer" ]; then
	is 7 fsfree 300 "$(said pgsteal_file)"
	is 7 anonfree "$([ -n "$swap" ] && echo 190 || echo 0)" "$(said pgsteal_anon)"
	is 7 dfree $(($(value 7 fsfree) + $(value 7 anonfree)))
	is 7 scan "$(value 7 dfree)" $(($(said pgscan_anon) + $(said pgscan_file) + 2000))
else
	skip "paging: reclaim" "no memory cgroup here"
fi
if [ -n "$swap" ] && [ -n "$reclaimer" ]; then
	is 8 anonpgin 190 260
	is 8 pgpgin "$(value 8 anonpgin)"
	is 8 bread "$(value 8 anonpgin)"
fi
if grep -qv 0x0000 /sys/kernel/mm/lru_gen/enabled 2> /dev/null; then
	skip "paging: pgrec" "pages have generations on this kernel"
elif [[ $disk != ext2/ext3 && $disk != xfs ]]; then
	skip "paging: pgrec" "no file system on a disk here"
else
	is 9 pgrec 260 330
fi
if "$build/dtrace" -l -n 'rawtp:::mm_vmscan_reclaim_pages' > "$T/out" 2> "$T/err"; then
	check "paging: most of 300 pages are given back" test "$(said "phase 10")" -ge 100
	is 10 dfree "$(said "phase 10")"
	is 10 fsfree 0
else
	skip "paging: pages given back" "this kernel has no tracepoint for it"
fi

# The kernel faults at an address of its own where a program reads what is not there.
trigger_run faults 'self int in; self int x; BEGIN { printf("ready\n"); }
vminfo:::kernel_asflt /self->in/ { @["faults"] = sum(arg0); }
syscall::getppid:entry /pid == $1/ { self->in = 1; self->x = *(int *)0xffffffffffe00000; }
syscall::getppid:return { self->in = 0; }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' getppid,7
check "kernel_asflt: 7 reads of nothing are 7 faults" grep -qx 'faults 7' "$T/faults.out"

# The pager runs where memory is short: made so by reading a file that is larger than the memory, where that is small.
runs() { awk '$1 == "pageoutrun" { print $2 }' /proc/vmstat; }
memory=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
command="cat /dev/null"
if [ "$memory" -lt 3000000 ] && [[ $disk = ext2/ext3 || $disk = xfs ]] && truncate -s "${memory}k" "$T/large"; then
	command="cat $T/large"
fi
before=$(runs)
"$build/dtrace" -qn 'vminfo:::pgrrun { @["runs"] = sum(arg0); } END { printa("%s %@d\n", @); }' -c "$command" > "$T/pager.out" 2> "$T/pager.err"
told=$(awk '$1 == "runs" { print $2 }' "$T/pager.out")
check "pgrrun: ${told:-0}, no more than the kernel counts" test "${told:-0}" -le $(($(runs) - before))
if [ "$command" != "cat /dev/null" ]; then
	check "pgrrun: at least once" test "${told:-0}" -ge 1
else
	skip "pgrrun: at least once" "too much memory to fill"
fi
exit $((failures > 0))

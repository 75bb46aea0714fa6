#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The sysinfo and vminfo providers against what the trigger did and what the kernel counted itself, lockstat against sysinfo.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf sysinfo
start_daemon || exit 1
# shellcheck source=tests/kernel/support.bash
. "$top/tests/kernel/support.bash"

# value FILE KEY: the number behind it, 0 if there is none.
value() { awk -v k="$2" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/$1.out"; }
is() { check "$1: $3 is $4 (told: $(value "$2" "$3"))" test "$(value "$2" "$3")" = "$4"; }

trigger_run calls 'BEGIN { printf("ready\n"); }
sysinfo::: /pid == $1/ { @[probename] = sum(arg0); @counter["arg1"] = max(arg1); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); printa("%s %@d\n", @counter); }' read,7,100 write,5,hello openat,3 fork,4
said=$(($(stat -c %s "$T/calls.said") - $(head -n 1 "$T/calls.said" | wc -c)))
is sysinfo calls sysread 7
is sysinfo calls readch 701	# and the line that it waited for
is sysinfo calls syswrite 6
is sysinfo calls writech $((25 + said))
is sysinfo calls namei 5
is sysinfo calls sysfork 4
is sysinfo calls sysexec 0
is sysinfo calls procovf 0
check "sysinfo: arg1 is 0" grep -qx 'arg1 0' "$T/calls.out"

trigger_run ipc 'BEGIN { printf("ready\n"); }
sysinfo:::msg, sysinfo:::sema /pid == $1/ { @[probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' message,3 semaphore,4
is sysinfo ipc msg 6
is sysinfo ipc sema 8

trigger_run spawn 'BEGIN { printf("ready\n"); }
sysinfo:::sysexec /ppid == $1/ { @[probename] = sum(arg0); }
sysinfo:::sysvfork,sysinfo:::sysfork /pid == $1/ { @[probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' exec,3,/bin/true threads,1,2
is sysinfo spawn sysexec 3
is sysinfo spawn sysfork 3
is sysinfo spawn sysvfork 0

# The kernel counts before it tells.
trigger_run switches 'BEGIN { printf("ready\n"); }
syscall::getppid:entry /pid == $1/ { self->in = 1; self->all = curthread->nvcsw + curthread->nivcsw; self->inv = curthread->nivcsw; }
sysinfo:::pswitch,sysinfo:::inv_swtch /self->in/ { @[probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ {
	printf("all %d\n", curthread->nvcsw + curthread->nivcsw - self->all);
	printf("inv %d\n", curthread->nivcsw - self->inv);
	exit(0);
}
END { printa("%s %@d\n", @); }' getppid sleep,20,1 spin,1,50 sleep,20,1
is sysinfo switches pswitch "$(value switches all)"
is sysinfo switches inv_swtch "$(value switches inv)"
check "sysinfo: 40 sleeps are 40 switches" test "$(value switches pswitch)" -ge 40

trace_gated faults 'BEGIN { printf("ready\n"); phase = 0; }
syscall::getppid:entry /pid == $1/ { phase = (int)arg0; }
vminfo:::as_fault,vminfo:::maj_fault,vminfo:::cow_fault,vminfo:::pgpgin,vminfo:::prot_fault,sysinfo:::trap /pid == $1 && phase/ {
	@[strjoin(probename, lltostr(phase))] = sum(arg0);
	@counter["arg1"] = max(arg1);
}
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); printa("%s %@d\n", @counter); }' "$build/tests/kernel/faults" "$T/file"
check "vminfo: arg1 is 0" grep -qx 'arg1 0' "$T/faults.out"
while read -r _ phase minor major _; do
	[ "$phase" -ge 6 ] || is vminfo faults "as_fault$phase" $((minor + major))
	is vminfo faults "maj_fault$phase" "$major"
	is vminfo faults "prot_fault$phase" 0
	# The processor traps again where the kernel could not finish at once, which it does not count as a fault.
	traps=$(value faults "trap$phase")
	check "sysinfo: trap$phase is $((minor + major)), or a little more (told: $traps)" \
		test "$traps" -ge $((minor + major)) -a "$traps" -le $((minor + major + 2))
done < <(grep '^phase' "$T/faults.said")
is vminfo faults as_fault7 0	# all pages are there, and 50 are copied
check "vminfo: 50 pages are copied" test "$(value faults cow_fault7)" -ge 50
check "vminfo: as_fault: 50 pages were not there ($(value faults as_fault6))" test "$(value faults as_fault6)" -ge 50
check "vminfo: nothing is copied where nothing is written" test "$(value faults cow_fault2)" = 0
check "vminfo: as many pages come in as there were major faults" test "$(value faults pgpgin5)" -ge "$(awk '$2 == 5 { print $4 }' "$T/faults.said")"

# A thread that is not idle goes, the idle one comes: told by the one that goes, and by the one that comes.
if "$build/dtrace" -l -n 'rawtp:::sched_exit_tp' > "$T/out" 2> "$T/err"; then
	trigger_run idle 'BEGIN { printf("ready\n"); }
	syscall::getppid:entry /pid == $1/ { on = 1; }
	sysinfo:::idlethread /on/ { @[strjoin("to", lltostr(cpu))] = sum(arg0); }
	sched:::on-cpu /on && tid == 0/ { @n[strjoin("in", lltostr(cpu))] = count(); }
	syscall::exit_group:entry /pid == $1/ { exit(0); }
	END { printa("%s %@d\n", @); printa("%s %@d\n", @n); }' getppid sleep,40,2
	for c in 0 1; do
		to=$(value idle to$c) in=$(value idle in$c)
		check "sysinfo: CPU $c goes idle $to times, and begins to be idle $in times" test $((to - in)) -ge -1 -a $((to - in)) -le 1
	done
else
	skip "sysinfo: idlethread" "this kernel has no sched_exit_tp to compare with"
fi

# A file system on a file, without a journal: what changes in an inode makes one block dirty, which is looked up by those before
# it, too, and found among those that the CPU has had last. A mount with a journal makes a kernel thread.
disk() { # NAME OPTION...
	local name=$1
	shift
	truncate -s 16M "$T/$name.img" && mkfs.ext4 -q "$@" "$T/$name.img" 2> "$T/mkfs.err" && mkdir "$T/$name"
}
mounted=
unmount_all() {
	[ -z "$mounted" ] || umount "$mounted"
	leave
}
trap unmount_all EXIT
if disk plain -b 1024 -O ^has_journal,^dir_index && mount -o loop "$T/plain.img" "$T/plain" 2> "$T/mount.err"; then
	mounted=$T/plain
	: > "$mounted/file"
	mapfile -t same < <(yes "$mounted/file" | head -n 240)
	"$build/dtrace" -qn 'sysinfo:::lwrite, sysinfo:::lread /pid == $target/ { @[probename] = sum(arg0); } END { printa("%s %@d\n", @); }' \
		-c "taskset -c 0 chmod 600 ${same[*]}" > "$T/blocks.out" 2>&1
	for probe in lwrite lread; do
		check "sysinfo: 240 changes of an inode are as many of $probe ($(value blocks $probe))" \
			test "$(value blocks $probe)" -ge 200 -a "$(value blocks $probe)" -le 243
	done
	umount "$mounted"
	mounted=
	disk journal -b 1024
	mounted=$T/journal
	"$build/dtrace" -qn 'sysinfo:::nthreads { @n["threads"] = sum(arg0); }
	rawtp:::sched_process_fork /args[1]->flags & 0x200000/ { @f["forks"] = count(); }
	END { printa("%s %@d\n", @n); printa("%s %@d\n", @f); }' -c "mount -o loop $T/journal.img $T/journal" > "$T/kthreads.out" 2>&1
	check "sysinfo: a journal has a thread ($(value kthreads threads))" test "$(value kthreads threads)" -ge 1
	is sysinfo kthreads threads "$(value kthreads forks)"
else
	skip "sysinfo: lread, lwrite, nthreads" "no ext4 on a loop device here"
fi

# Modules, where there are some.
if [ -r /proc/modules ] && module=$(modprobe -n -v dummy 2> /dev/null) && [[ $module = insmod* ]] && ! grep -q '^dummy ' /proc/modules; then
	echo 'modprobe dummy && rmmod dummy' > "$T/modules.sh"
	"$build/dtrace" -qn 'sysinfo:::modload, sysinfo:::modunload { @[probename] = sum(arg0); } END { printa("%s %@d\n", @); }' \
		-c "sh $T/modules.sh" > "$T/modules.out" 2>&1
	check "sysinfo: modload ($(value modules modload))" test "$(value modules modload)" -ge 1
	is sysinfo modules modunload 1
else
	skip "sysinfo: modload, modunload" "this kernel loads no modules"
fi

# Waiting: each wait for a mutex spins first, and is told once for each of the two; two programs fight for one pipe.
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); }
sysinfo:::mutex_adenters { @["enters"] = count(); }
lockstat:::adaptive-spin { @["spins"] = count(); @bad["bad"] = sum(arg0 == 0 || (int64_t)arg1 <= 0); }
lockstat:::adaptive-block { @["blocks"] = count(); @bad["bad"] = sum(arg0 == 0 || (int64_t)arg1 <= 0); }
lockstat:::rw-block { @["rw"] = count(); @bad["bad"] = sum(arg2 != RW_READER && arg2 != RW_WRITER); }
lockstat:::spin-spin,lockstat:::rw-spin { @["spinlocks"] = count(); @bad["bad"] = sum((int64_t)arg1 <= 0); }
tick-1s { exit(0); }
END { printa("%s %@d\n", @); printa("%s %@d\n", @bad); }' > "$T/locks.out" 2> "$T/locks.err" &
client=$!
wait_for 20 grep -q ready "$T/locks.out"
while kill -0 $client 2> /dev/null; do
	ls -R /proc/self/task /sys/module > /dev/null 2>&1 &
	find /usr/share/doc -maxdepth 2 > /dev/null
	wait $!
done
wait $client
check "lockstat: no waits without a lock and a time" test "$(value locks bad)" = 0
check "lockstat: mutexes are spun for as often as they are contended ($(value locks spins) of $(value locks enters))" \
	test $(($(value locks spins) - $(value locks enters))) -le 2 -a $(($(value locks enters) - $(value locks spins))) -le 2
check "lockstat: who blocks has spun" test "$(value locks blocks)" -le "$(value locks enters)"
check_silent "lockstat: said nothing but that" "$T/locks.err"

# What cannot fire says why.
"$build/dtrace" -n 'sysinfo:::intrblk { }' > "$T/out" 2>&1
check "sysinfo: intrblk says why not" grep -q 'interrupts do not block' "$T/out"
if ! "$build/dtrace" -ln 'vminfo:::zfod' > "$T/out" 2>&1; then
	"$build/dtrace" -n 'vminfo:::zfod { }' > "$T/out" 2>&1
	check "vminfo: zfod says why not" grep -q 'filled with zeros' "$T/out"
else	# phase 2 reads 200 pages that are not there, phase 3 writes 300
	trace_gated zeros 'BEGIN { printf("ready\n"); phase = 0; }
syscall::getppid:entry /pid == $1/ { phase = (int)arg0; }
vminfo:::zfod,vminfo:::as_fault /pid == $1 && phase/ { @[strjoin(probename, lltostr(phase))] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' "$build/tests/kernel/faults" "$T/file"
	is vminfo zeros zfod2 0
	is vminfo zeros zfod3 "$(value zeros as_fault3)"
	check "vminfo: 300 pages were filled with zeros" test "$(value zeros zfod3)" -ge 300
fi
check "sysinfo: an old name" "$build/dtrace" -qn 'sysinfo:unix:idle_enter:idlethread { @ = count(); }' -n 'BEGIN { exit(0); }'

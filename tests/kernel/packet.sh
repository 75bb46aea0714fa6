#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# packet: what the sockets of another network namespace send and receive, against what the kernel counts there.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf packet
start_daemon || exit 1
if ! "$build/dtrace" -l -P packet > "$T/out" 2>&1; then
	skip packet "$(tail -n 1 "$T/out")"
	exit 0
fi

net_run udp 'BEGIN { printf("ready\n"); }
packet:::in, packet:::out /args[0]->sk->__sk_common.skc_net.net->ns.inum == $2/ {
	@n[probename, args[0]->sk->__sk_common.skc_family, args[0]->sk->sk_protocol] = count();
	@differ = sum(args[1] != args[0]->sk->sk_protocol || args[2] != args[0]->sk->sk_type);
	@bytes[probename, args[0]->sk->__sk_common.skc_family, args[0]->sk->sk_protocol] = sum(args[0]->len); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s.%d.%d %@d %@d\n", @n, @bytes); printa("differ %@d\n", @differ); }' udp,4,100,10 udp,6,50,20 tcp,4,3,100000 tcp,6,2,10
value() { awk -v k="$1" -v c="${2:-2}" '$1 == k { print $c }' "$T/udp.out"; }
said() { awk -v k="$1" '$1 == k { print $2 }' "$T/udp.said"; }
check "udp 4: 100 sent, 100 received" test "$(value out.2.17)" = 100 -a "$(value in.2.17)" = 100
check "udp 4: 38 bytes each" test "$(value out.2.17 3)" = 3800 -a "$(value in.2.17 3)" = 3800
check "udp 6: 50 sent, 50 received" test "$(value out.10.17)" = 50 -a "$(value in.10.17)" = 50
check "udp 6: 68 bytes each" test "$(value out.10.17 3)" = 3400 -a "$(value in.10.17 3)" = 3400
check "protocol and type are the socket's" test "$(value differ)" = 0
check "the kernel's count agrees" test "$(said Udp.OutDatagrams)" = 100 -a "$(said 6.Udp6InDatagrams)" = 50
check "tcp 4: at least six packets for each connection ($(value out.2.6))" test "$(value out.2.6)" -ge 18

# The daemon is stopped without a trace of its programs: packets pass before, meanwhile and after.
net_run again 'BEGIN { printf("ready\n"); }
packet:::out /args[0]->sk->__sk_common.skc_net.net->ns.inum == $2 && args[0]->len == 1028/ { @ = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("n %@d\n", @); }' udp,4,1000,1000
check "1000 datagrams" grep -qx 'n 1000' "$T/again.out"

# Thread-local variables: they work, or it is said that they do not.
if "$build/dtrace" -qn 'packet:::out { self->n++; } BEGIN { exit(0); }' > "$T/self.out" 2> "$T/self.err"; then
	net_run self 'BEGIN { printf("ready\n"); }
packet:::out /args[0]->sk->__sk_common.skc_net.net->ns.inum == $2/ { self->n++; @ = max(self->n); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("n %@d\n", @); }' udp,4,30
	check "self->" grep -qx 'n 30' "$T/self.out"
else
	check "self-> is refused with a reason" grep -q 'this kernel has no self-> variables for probes on packets' "$T/self.err"
fi

# Without the right to it, what cannot fire says so, all of it: no probe is there for a part of its events only.
stop_daemon
if ! command -v setpriv > "$T/out"; then
	skip "without CAP_NET_ADMIN" "setpriv is not there"
	exit 0
fi
rm -f "$T/s"
setpriv --bounding-set -net_admin,-sys_admin "$build/dtraced" --socket "$T/s" >> "$T/daemon.log" 2>&1 &
daemon_pid=$!
wait_for 10 test -S "$T/s"
for probe in packet:::in packet:::out tcp:::send tcp:::receive udp:::send udp:::receive; do
	"$build/dtrace" -l -n $probe > "$T/out" 2>&1
	check "without CAP_NET_ADMIN there is no $probe" grep -q 'it takes the capability CAP_NET_ADMIN' "$T/out"
done
for probe in tcp:::state-change tcp:::accept-refused ip:::send; do
	check "without CAP_NET_ADMIN there is $probe" "$build/dtrace" -l -n $probe
done

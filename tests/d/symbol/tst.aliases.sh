# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016
# Variables that other kernels have, from where Linux has them; those that need the kernel's variables are a clear
# sentence or a sane value.
dtrace -qn 'BEGIN { printf("%s|%s|%d|%d\n", stringof(`utsname.nodename), stringof(genunix`utsname.release), `ncpus_online, unix`ncpus);
	printf("mpid %d\n", `mpid); exit(0); }' > "$T/out" 2>&1
grep -qx "$(uname -n)|$(uname -r)|$(getconf _NPROCESSORS_ONLN)|$(getconf _NPROCESSORS_ONLN)" "$T/out" && echo "utsname, ncpus_online"
last=$(awk '{ print $5 }' /proc/loadavg)
mpid=$(awk '$1 == "mpid" { print $2 }' "$T/out")
[ -n "$mpid" ] && [ "$mpid" -gt $((last - 3000)) ] && [ "$mpid" -le "$last" ] && echo mpid
for v in '`freemem' '`availrmem' '`physmem' '`hp_avenrun[0]' 'unix`hp_avenrun[2]'; do
	dtrace -qn "BEGIN { printf(\"%d\\n\", $v); exit(0); }" > "$T/out" 2> "$T/err"
	if grep -q "CONFIG_KALLSYMS_ALL is not set" "$T/err"; then
		grep -q "the address of .* is not in the kernel's list of symbols" "$T/err" && echo known
	else
		[ "$(head -1 "$T/out")" -gt 0 ] && echo known
	fi
done
dtrace -qn 'BEGIN { trace(`hp_avenrun); }' 2>&1 | grep -o 'needs its arguments'
dtrace -xerrtags -qn 'inline int `x = 3; BEGIN { }' 2>&1 | grep -o D_DECL_SCOPE
exit 0

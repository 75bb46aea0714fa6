#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Every built-in variable and every subroutine of the language by name, from a list of its own: each compiles in its usual
# use and gives the value that the shell knows to be right. A name that is missing here or in D is a failure.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf names
start_daemon || exit 1

cat > "$T/variables" << 'END'
arg0 arg1 arg2 arg3 arg4 arg5 arg6 arg7 arg8 arg9 args caller chip cpu curcpu curlwpsinfo curpsinfo curthread cwd epid errno
execargs execname fds gid id ipl jailname jid lgrp pid ppid probefunc probemod probename probeprov projid pset root
stackdepth taskid tid timestamp ucaller uid uregs ustackdepth vtimestamp walltimestamp zonename
END
cat > "$T/subroutines" << 'END'
alloca basename bcopy cleanpath copyin copyinstr copyinto copyout copyoutstr d_path dirname getf getmajor getminor htonl htonll
htons index inet_ntoa inet_ntoa6 inet_ntop json link_ntop lltostr mutex_owned mutex_owner mutex_type_adaptive mutex_type_spin
ntohl ntohll ntohs progenyof rand rindex rw_iswriter rw_read_held rw_write_held speculation strchr strjoin strlen strrchr strstr
strtok strtoll substr tolower toupper
END
# Of other systems: refused, with the reason.
absent='ddi_pathname memref memstr msgdsize msgsize sx_exclusive_held sx_isexclusive sx_shared_held'

# NAME|EXPRESSION|FORMAT|TRUTH: in a getpgid() of the process $P with arguments 1 2 3 4 5 6, in its directory.
cat > "$T/table" << 'END'
arg0|arg0|%d|1
arg1|arg1|%d|2
arg2|arg2|%d|3
arg3|arg3|%d|4
arg4|arg4|%d|5
arg5|arg5|%d|6
arg6|arg6|%d|0
arg7|arg7|%d|0
arg8|arg8|%d|0
arg9|arg9|%d|0
args|args[0]|%d|1
caller|caller >= 0|%d|1
chip|chip|%d|$(cat /sys/devices/system/cpu/cpu0/topology/physical_package_id)
cpu|cpu|%d|0
curcpu|curcpu->cpu_id|%d|0
curlwpsinfo|curlwpsinfo->pr_lwpid|%d|$P
curpsinfo|curpsinfo->pr_pid|%d|$P
curthread|curthread->tgid|%d|$P
cwd|cwd|%s|$T/here
epid|epid > 0|%d|1
errno|errno|%d|0
execargs|execargs|%s|$build/tests/kernel/caller $T
execname|execname|%s|caller
fds|fds[3].fi_pathname|%s|$T/there
gid|gid|%d|12
id|id|%d|$(dtrace -ln syscall::getpgid:entry | awk 'END { print $1 }')
ipl|ipl|%d|0
jailname|jailname|%s|0
jid|jid|%d|0
lgrp|lgrp|%d|$(basename /sys/devices/system/cpu/cpu0/node* | grep -o '[0-9]*$' || echo -1)
pid|pid|%d|$P
ppid|ppid|%d|$$
probefunc|probefunc|%s|getpgid
probemod|probemod|%s|$(dtrace -ln syscall::getpgid:entry | awk 'END { print $3 }')
probename|probename|%s|entry
probeprov|probeprov|%s|syscall
projid|projid|%d|0
pset|pset|%d|0
root|root|%s|/
stackdepth|stackdepth > 0|%d|1
taskid|taskid|%d|0
tid|tid|%d|$P
timestamp|timestamp / 1000000000 - $B < 60|%d|1
ucaller|ucaller >= 0|%d|1
uid|uid|%d|11
uregs|uregs[R_SP] > 0|%d|1
ustackdepth|ustackdepth > 0|%d|1
vtimestamp|vtimestamp > 0|%d|1
walltimestamp|walltimestamp / 1000000000 - $W < 60|%d|1
zonename|zonename|%s|global
alloca|*(char *)alloca(8) * 0|%d|0
basename|basename("/a/b/")|%s|b
bcopy|(this->p = alloca(16), bcopy(curthread->comm, this->p, 8), stringof(this->p))|%s|caller
cleanpath|cleanpath("/a/./b//../c")|%s|/a/c
copyin|*(char *)copyin(uregs[R_SP], 1) * 0|%d|0
copyinstr|strlen(copyinstr(curpsinfo->pr_argv + 8 * 4, 0))|%d|0
copyinto|(this->q = alloca(8), copyinto(uregs[R_SP], 8, this->q), 1)|%d|1
d_path|d_path(&curthread->fs->pwd)|%s|$T/here
dirname|dirname("/a/b/")|%s|/a
getf|getf(3)->f_pos|%d|2
getmajor|getmajor(getf(4)->f_inode->i_rdev)|%d|1
getminor|getminor(getf(4)->f_inode->i_rdev)|%d|3
htonl|htonl(0x01020304)|%x|4030201
htonll|htonll(0x0102030405060708)|%x|807060504030201
htons|htons(0x0102)|%x|201
index|index("banana", "an", 2)|%d|3
inet_ntoa|(this->a = (uint32_t *)alloca(4), *this->a = htonl(0x7f000001), inet_ntoa(this->a))|%s|127.0.0.1
inet_ntoa6|(this->b = (uint64_t *)alloca(16), this->b[0] = 0, this->b[1] = htonll(1), inet_ntoa6(this->b))|%s|::1
inet_ntop|(this->c = (uint32_t *)alloca(4), *this->c = htonl(0x0a000001), inet_ntop(AF_INET, this->c))|%s|10.0.0.1
json|json("{\"a\":[1,{\"b\":\"x\"}]}", "a[1].b")|%s|x
link_ntop|(this->e = (uint64_t *)alloca(8), *this->e = htonll(0x0200000000ff0000), link_ntop(1, this->e))|%s|02:00:00:00:00:ff
lltostr|lltostr(-255)|%s|-255
mutex_owned|mutex_owned(&curthread->signal->cred_guard_mutex)|%d|0
mutex_owner|mutex_owner(&curthread->signal->cred_guard_mutex) == NULL|%d|1
mutex_type_adaptive|mutex_type_adaptive(&curthread->signal->cred_guard_mutex)|%d|1
mutex_type_spin|mutex_type_spin(&curthread->signal->cred_guard_mutex)|%d|0
ntohl|ntohl(0x04030201)|%x|1020304
ntohll|ntohll(0x0807060504030201)|%x|102030405060708
ntohs|ntohs(0x0201)|%x|102
progenyof|progenyof($$) * 10 + progenyof($P) + progenyof(99999999)|%d|11
rand|rand() >= 0|%d|1
rindex|rindex("banana", "an", 2)|%d|1
rw_iswriter|rw_iswriter(&curthread->mm->mmap_lock)|%d|0
rw_read_held|rw_read_held(&curthread->mm->mmap_lock)|%d|0
rw_write_held|rw_write_held(&curthread->mm->mmap_lock)|%d|0
speculation|speculation()|%d|1
strchr|strchr("key=value", '=')|%s|=value
strjoin|strjoin("a", "b")|%s|ab
strlen|strlen("four")|%d|4
strrchr|strrchr("a/b/c", '/')|%s|/c
strstr|strstr("banana", "nan")|%s|nana
strtok|strtok("a,b", ",")|%s|a
strtoll|strtoll("-0x1f", 16)|%d|-31
substr|substr("banana", 1, 3)|%s|ana
tolower|tolower("ABC9")|%s|abc9
toupper|toupper("abc9")|%s|ABC9
END

# All names are in the table, but those that nothing can be made with.
for name in $(cat "$T/variables" "$T/subroutines"); do
	case $name in copyout*) continue ;; esac
	check "names: $name is tried" grep -q "^$name|" "$T/table"
done
for name in copyout copyoutstr $absent; do
	dtrace -w -xerrtags -n "BEGIN { $name(0, 0, 0); exit(0); }" > "$T/out" 2>&1
	check "names: $name is refused with the reason" grep -q 'D_FUNC_UNDEF.*: .*[a-z]' "$T/out"
done

# The process: ids, a directory, descriptors 3 (at offset 2) and 4, on CPU 0; it calls whenever it is told to.
mkdir "$T/here"
chmod 755 "$T"
echo hello > "$T/there"
mkfifo "$T/go"
"$build/tests/kernel/caller" "$T" &
P=$!
exec 6> "$T/go"
B=$(awk '{ print int($1) }' /proc/uptime) W=$(date +%s)

# Several in a program, each in a clause of its own.
batch() {
	local program='BEGIN { printf("ready\n"); } ' name expression format truth n=0
	: > "$T/truth"
	while IFS='|' read -r name expression format truth; do
		expression=${expression//'$P'/$P} expression=${expression//'$$'/$$} expression=${expression//'$B'/$B}
		expression=${expression//'$W'/$W}
		program+="syscall::getpgid:entry /pid == $P/ { printf(\"$name $format\\n\", $expression); } "
		eval "echo \"\$name $truth\"" >> "$T/truth"
		n=$((n + 1))
	done
	program+="syscall::getpgid:return /pid == $P/ { exit(0); }"
	timeout 60 "$build/dtrace" -qn "$program" > "$T/out" 2> "$T/err" &
	wait_for 30 grep -q ready "$T/out" || not_ok "names: $1 starts" "$T/err"
	printf . >&6
	wait $!
	sed -i '/^ready$/d; /^$/d' "$T/out"
	check_same "names: $1, $n of them" "$T/truth" "$T/out"
	check "names: $1: no faults" test ! -s "$T/err"
}
split -l 12 "$T/table" "$T/part."
for part in "$T"/part.*; do
	batch "$(head -1 "$part" | cut -d'|' -f1) to $(tail -1 "$part" | cut -d'|' -f1)" < "$part"
done
exec 6>&-
wait $P
exit $((failures > 0))

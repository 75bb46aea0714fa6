#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The fsinfo provider: each operation of a few programs with its file, once.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf fsinfo
start_daemon || exit 1

cat > "$T/fs.sh" << EOF2
cd $T/fs
mkdir -m 700 made
head -c 5000 /dev/zero > file
ln file hard
ln -s file soft
readlink soft
mv hard moved
cat file > /dev/null
ls made
touch -d 2001-01-01 file
rm moved
rmdir made
test -r file
EOF2
run() {
	rm -rf "$T/fs"
	mkdir "$T/fs"
	"$build/dtrace" -qn "$1" -c "/bin/sh $T/fs.sh" >> "$T/out" 2>> "$T/err"
}
run 'fsinfo:::open, fsinfo:::create, fsinfo:::close, fsinfo:::readdir
/progenyof($target) && args[0]->fi_fs != "proc"/ { @[probename, args[0]->fi_name] = count(); }
END { printa("%s %s %@d\n", @); }'
run 'fsinfo:::read, fsinfo:::write
/progenyof($target)/ { @[probename, args[0]->fi_name] = sum(arg1); }
END { printa("bytes-%s %s %@d\n", @); }'
run 'fsinfo:::mkdir, fsinfo:::link, fsinfo:::symlink, fsinfo:::readlink, fsinfo:::rename, fsinfo:::remove,
fsinfo:::rmdir, fsinfo:::access, fsinfo:::setattr
/progenyof($target)/ { @[probename, args[0]->fi_name] = count(); @dir[args[0]->fi_dirname] = count(); }
END { printa("%s %s %@d\n", @); printa("dir %s %@d\n", @dir); }'
is() { check "fsinfo: $1 of $2 ($3)" grep -qx "$1 $2 $3" "$T/out"; }
is mkdir made 1
is create file 2	# touch(1) asks for it, too
is bytes-write file 5000
is link hard 1
is symlink soft 1
is readlink soft 1
is rename hard 1
is bytes-read file 5000
is remove moved 1
is rmdir made 1
is readdir made 2
check "fsinfo: a file that is opened is closed" \
	test "$(awk '$1 == "open" && $2 == "file" { print $3 }' "$T/out")" -le "$(awk '$1 == "close" && $2 == "file" { print $3 }' "$T/out")"
check_silent "fsinfo: no faults" "$T/err"
"$build/dtrace" -n 'fsinfo:::lookup { }' > "$T/out" 2>&1
check "fsinfo: lookup says why not" grep -q 'no event for the steps of a path' "$T/out"

# shellcheck source=tests/kernel/support.bash
. "$top/tests/kernel/support.bash"
head -c 20000 /dev/zero > "$T/looked"
trigger_run look 'BEGIN { printf("ready\n"); }
fsinfo:::getattr /pid == $1/ { @n[probename, args[0]->fi_name, (int64_t)0] = count(); }
fsinfo:::ioctl, fsinfo:::seek, fsinfo:::map /pid == $1/ { @n[probename, args[0]->fi_name, args[1]] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %s %d %@d\n", @n); }' "stat,3,$T/looked" "look,4,$T/looked"
for line in 'getattr looked 0 3' 'ioctl looked 0 4' 'seek looked 99 4' 'map looked 12288 4'; do
	check "fsinfo: $line" grep -qx "$line" "$T/look.out"
done

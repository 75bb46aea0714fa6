#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119,SC2317 # variables of lib.sh; D has variables with a dollar sign
# fds[], getf(), cwd and root against what /proc shows to the process itself: all kinds of files, deleted and renamed
# ones, mounts on mounts, a chroot, paths longer than strsize.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf files
start_daemon || exit 1

program='BEGIN { printf("ready\n"); }
syscall::getpgid:entry /pid == $1 && (int)arg0 >= 0/ {
	this->fd = (int)arg0;
	printf("%d|%s", this->fd, fds[this->fd].fi_pathname);
	printf("|%s|%s", fds[this->fd].fi_name, fds[this->fd].fi_dirname);
	printf("|%d|%o", fds[this->fd].fi_offset, fds[this->fd].fi_oflags);
	printf("|%s|%s\n", fds[this->fd].fi_fs, fds[this->fd].fi_mount); }
syscall::getpgid:entry /pid == $1 && (int)arg0 == -1/ { printf("%s|%s\n", cwd, root); }
syscall::exit_group:entry /pid == $1/ { exit(0); }'

# files NAME STRSIZE COMMAND...: the command runs the program of the test.
files() {
	local name=$1 size=$2 pid client
	shift 2
	mkfifo "$T/$name.go"
	"$@" "$size" < "$T/$name.go" > "$T/$name.expected" 2> "$T/$name.said" &
	pid=$!
	exec 5> "$T/$name.go"
	timeout 60 "$build/dtrace" -qn "$program" -x strsize="$size" "$pid" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	if ! wait_for 20 grep -q ready "$T/$name.out"; then
		not_ok "$name starts" "$T/$name.err"
	fi
	echo >&5
	exec 5>&-
	wait "$pid"
	wait "$client"
	sed -i '/^ready$/d; /^$/d' "$T/$name.out"
	check "files: $name: many kinds of files ($(grep -c '|' "$T/$name.expected"))" test "$(grep -c '|' "$T/$name.expected")" -ge 15
	check_same "files: $name" "$T/$name.expected" "$T/$name.out"
	check_silent "files: $name: no faults" "$T/$name.err"
}

mkdir "$T/plain"
cd "$T/plain" || exit 1
files plain 256 "$build/tests/kernel/files"
files long 1024 "$build/tests/kernel/files"
files short 32 "$build/tests/kernel/files"

# A mount on a mount, and one of a directory inside another.
mounted() {
	exec unshare -m sh -c 'mount -t tmpfs one "$1" && mkdir -p "$1/a/b" && mount -t tmpfs two "$1/a" && mkdir "$1/a/c" &&
		mkdir "$1/d" && mount --bind "$1/a/c" "$1/d" && cd "$1/d" && exec "$2" "$3"' sh "$T/mounts" "$build/tests/kernel/files" "$1"
}
mkdir "$T/mounts"
files mounts 256 mounted

# File systems on a loop device, which goes with the namespace; where there is a btrfs, in a subvolume of it.
on_disk() {
	local type=$1 image=$T/$1.img point=$T/$1
	shift
	exec unshare -m sh -c 'mount -o loop "$1" "$2" && mkdir -p "$2/in/it" && cd "$2/in/it" && exec "$3" "$4"' sh "$image" "$point" \
		"$build/tests/kernel/files" "$1"
}
on_ext4() { on_disk ext4 "$1"; }
on_xfs() { on_disk xfs "$1"; }
on_btrfs() {
	exec unshare -m sh -c 'mount -o loop "$1" "$2" && btrfs -q subvolume create "$2/volume" && cd "$2/volume" && exec "$3" "$4"' sh "$T/btrfs.img" \
		"$T/btrfs" "$build/tests/kernel/files" "$1"
}
on_subvolume() {
	exec unshare -m sh -c 'mount -o loop,subvol=volume "$1" "$2" && mkdir "$2/inside" && cd "$2/inside" && exec "$3" "$4"' sh "$T/btrfs.img" \
		"$T/btrfs" "$build/tests/kernel/files" "$1"
}
for type in ext4 xfs btrfs; do
	truncate -s 320M "$T/$type.img"
	mkdir "$T/$type"
	if ! "mkfs.$type" -q "$T/$type.img" > "$T/mkfs.out" 2>&1; then
		skip "files: $type" "no mkfs.$type"
	elif ! unshare -m mount -o loop "$T/$type.img" "$T/$type" 2> "$T/mount.err"; then
		skip "files: $type" "this kernel has no $type"
	else
		files $type 256 on_$type
		[ $type != btrfs ] || files subvolume 256 on_subvolume
	fi
	rm "$T/$type.img"
done

# A directory over another, with files of both; the name of the mount is the kernel's.
overlaid() {
	exec unshare -m sh -c 'mount -t tmpfs tmpfs "$1" && mkdir "$1/low" "$1/up" "$1/work" "$1/all" && mkdir "$1/low/d" &&
		mount -t overlay overlay -o "lowerdir=$1/low,upperdir=$1/up,workdir=$1/work" "$1/all" && cd "$1/all/d" && exec "$2" "$3"' sh "$T/over" \
		"$build/tests/kernel/files" "$1"
}
mkdir "$T/over"
if unshare -m sh -c 'mount -t tmpfs tmpfs "$1" && mkdir "$1/l" "$1/u" "$1/w" && mount -t overlay overlay -o "lowerdir=$1/l,upperdir=$1/u,workdir=$1/w" "$1/l"' \
	sh "$T/over" 2> "$T/mount.err"; then
	files overlay 256 overlaid
else
	skip "files: overlay" "this kernel has no overlay file system"
fi

# Paths as the process sees them in a root of its own.
changed() {
	exec unshare -m sh -c 'mount --rbind / "$1" &&
		exec chroot "$1" sh -c "cd \"\$1\" && exec \"\$2\" \"\$3\"" sh "$2" "$3" "$4"' sh "$T/root" "$T/inside" "$build/tests/kernel/files" "$1"
}
mkdir "$T/root" "$T/inside"
files root 256 changed
exit $((failures > 0))

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Sourced by tests/vm/run: Debian's kernels, as folders that tests/vm/vmrun boots.
#
#	prepare_kernel 6.1	prints the folder; it is made from the package when it is not there yet
#
# A folder holds vmlinux (uncompressed: a guest that has to unpack it itself takes seconds more), lib/modules/RELEASE,
# release, and initrd: busybox and the modules that the guest needs until it sees this machine's files. Folders are
# named after package and version, so that an update of Debian's makes another, and stay in vm_cache.
vm_cache=${DTRACED_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dtraced/vm}
vm_modules='virtio_pci virtiofs overlay virtio_blk ext4'

# debian COMMAND...: an apt command that knows the packages of Debian 12: those of this machine if it is one, else by
# lists of its own in the cache.
debian() {
	local apt=$vm_cache/apt
	if grep -qx 'VERSION_CODENAME=bookworm' /etc/os-release; then
		"$@"
		return
	fi
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
	[ -e "$apt/status" ] || : > "$apt/status"
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/%s main\n' \
		'debian bookworm' 'debian-security bookworm-security' > "$apt/sources.list"
	cat > "$apt/apt.conf" <<-END
		Dir::State "$apt/state";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt/cache";
		Dir::Etc::SourceList "$apt/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
	END
	APT_CONFIG=$apt/apt.conf "$@"
}

# kernel_package VERSION: the package that Debian's newest kernel of the version is in.
kernel_package() {
	local meta
	for meta in "linux-image-$1-cloud-amd64" linux-image-cloud-amd64; do
		debian apt-cache depends "$meta" 2> /dev/null | awk -v prefix="linux-image-$1." '
			$1 == "Depends:" && index($2, prefix) == 1 { print $2; found = 1; exit } END { exit !found }' && return
	done
}

# newest_prepared VERSION: for a machine that is not on the network.
newest_prepared() {
	find "$vm_cache" -mindepth 2 -maxdepth 2 -path "$vm_cache/linux-image-$1.*/initrd" -printf '%h\n' | sort -V | tail -n 1
}

# prepare_kernel VERSION: prints the folder, or nothing and why on stderr.
prepare_kernel() {
	local package version dir
	mkdir -p "$vm_cache"
	exec 7> "$vm_cache/.lock"
	flock 7
	package=$(kernel_package "$1")
	if [ -z "$package" ]; then
		debian apt-get -qq update >&2
		package=$(kernel_package "$1")
	fi
	if [ -z "$package" ]; then
		newest_prepared "$1" | grep . || echo "apt knows no kernel $1, and none is in $vm_cache" >&2
		return
	fi
	version=$(debian apt-cache show --no-all-versions "$package" | sed -n 's/^Version: //p')
	dir=$vm_cache/${package}_${version//:/_}
	if [ ! -e "$dir/initrd" ]; then
		rm -rf "$dir.new"
		mkdir "$dir.new"
		if ! (cd "$dir.new" && fetch_kernel "$package" && unpack_kernel) >&2; then
			rm -rf "$dir.new"
			newest_prepared "$1"
			return
		fi
		mv "$dir.new" "$dir"
		find "$vm_cache" -mindepth 1 -maxdepth 1 -name "linux-image-$1.*" ! -path "$dir" -exec rm -rf {} +
	fi
	echo "$dir"
}

# In the new folder. The lists may be older than the archive.
fetch_kernel() {
	debian apt-get -qq -o APT::Sandbox::User=root download "$1" && return
	debian apt-get -qq update
	debian apt-get -qq -o APT::Sandbox::User=root download "$1"
}

unpack_kernel() {
	dpkg-deb -x ./*.deb x || return
	rm ./*.deb
	mv x/lib .
	basename lib/modules/* > release
	extract_vmlinux "x/boot/vmlinuz-$(cat release)" > vmlinux || return
	depmod -b . "$(cat release)" || return
	rm -rf x
	make_initrd || return
}

# extract_vmlinux FILE: the ELF file in a bzImage, whose header says where it is (Documentation/arch/x86/boot.rst).
extract_vmlinux() {
	local setup offset length at unpack
	setup=$(od -An -tu1 -j $((0x1f1)) -N1 "$1")
	read -r offset length < <(od -An -tu4 -j $((0x248)) -N8 "$1")
	at=$(((setup + 1) * 512 + offset))
	case $(od -An -tx1 -j $at -N4 "$1" | tr -d ' ') in
	fd377a58) unpack=xz ;;
	28b52ffd) unpack=zstd ;;
	1f8b*) unpack=gzip ;;
	02214c18) unpack=lz4 ;;
	*) return 1 ;;
	esac
	tail -c +$((at + 1)) "$1" | head -c $((length - 4)) | $unpack -dc
}

# Modules in the order in which they are to be loaded; those that are part of the kernel are no files.
make_initrd() {
	local module file
	mkdir -p initrd.d/{bin,dev,proc,sys,modules,host,layer,root}
	cp "$(command -v busybox)" initrd.d/bin/busybox
	for module in $vm_modules; do
		modprobe -d . -S "$(cat release)" -D --ignore-install "$module" 2> /dev/null | awk '$1 == "insmod" { print $2 }'
	done | awk '!seen[$0]++' | while read -r file; do
		module=$(basename "${file%.xz}")
		case $file in
		*.xz) xz -dc "$file" ;;
		*) cat "$file" ;;
		esac > "initrd.d/modules/$module"
		echo "$module" >> initrd.d/modules/order
	done
	(cd initrd.d && find . | cpio -o -H newc --quiet) > initrd.new
	rm -rf initrd.d
	mv initrd.new initrd
}

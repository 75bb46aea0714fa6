// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Walks over structures of the kernel: ancestors of a process, directories of a
// path. Where members are is told by the compiler, which has the kernel's BTF.

#include "dlang/runtime/rt.bpf.h"

static long (*const probe_read)(void *dst, u32 size, u64 from) = (void *)113;

INLINE u64 word_at(u64 address)
{
	u64 w;

	if (probe_read(&w, 8, address))
		w = 0;
	return w;
}

// 1 if the process is the one of a task or an ancestor of it, else 0.
GLOBAL s64 dt_progenyof(s64 of, int pid, u32 parent_off, u32 pid_off)
{
	u64 task = (u64)of;

	for (int i = 0; i < 256; i++) {
		u64 up;
		int id = 0;

		if (probe_read(&id, 4, task + pid_off))
			return 0;
		if (id == pid)
			return 1;
		up = word_at(task + parent_off);
		if (!up || up == task)
			return 0;
		task = up;
	}
	return 0;
}

// Puts a name of the kernel's in front of the place at; the place where it starts.
GLOBAL s64 dt_prepend(struct dt_str *dst, s64 at, s64 name, u32 len)
{
	u64 size = strsize(), to = (u64)at, left = len;

	if (!dst)
		return 0;
	HIDE(dst);
	for (int i = 0; i < 40; i++) {
		u64 step = left >= 8 ? 8 : 1, w = 0;

		HIDE(to);
		if (!left || to < step)
			break;
		if (probe_read(&w, (u32)step, (u64)name + left - step))
			break;
		to -= step;
		HIDE(to);
		if (to >= size)
			break;
		if (step == 1)
			dst->b[to] = (u8)w;
		else if (to <= size - 8)
			store(dst, to, w);
		left = forget(left - step, w);
		to = forget(to, w);
	}
	return (s64)to;
}

// One step up. The state is in dst: the mount and the dentry; the name goes into
// tmp, in front of the place at. The place where it starts, or at where a mount
// ends; negative: the top. offs and offs2: see dt_d_path().
GLOBAL s64 dt_d_path_step(struct dt_str *dst, struct dt_str *tmp, s64 at, s64 offs, s64 offs2)
{
	u64 size = strsize(), o = (u64)offs, p = (u64)offs2, up, dentry, to;
	u32 len;

	if (!dst || !tmp)
		return -1;
	HIDE(dst);
	HIDE(tmp);
	dentry = load(dst, 8);
	if (dentry == word_at(load(dst, 0) + (o >> 48))) {
		dentry = load(dst, 0) - (p & 0xffff);
		up = word_at(dentry + (p >> 16 & 0xffff));
		if (!up || up == dentry)
			return -1;
		store(dst, 8, word_at(dentry + (p >> 32 & 0xffff)));
		store(dst, 0, up + (p & 0xffff));
		return at;
	}
	up = word_at(dentry + (o & 0xffff));
	if (!up || up == dentry || at < 2)
		return -1;
	len = (u32)word_at(dentry + (o >> 32 & 0xffff));
	to = (u64)dt_prepend(tmp, at, (s64)word_at(dentry + (o >> 16 & 0xffff)), len) - 1;
	HIDE(to);
	if (to >= size - 1)
		return -1;
	tmp->b[to] = '/';
	store(dst, 8, up);
	return (s64)to;
}

// dst = the name of a struct path, whose member mnt is at this address, up to the
// root of all mounts; what does not fit is lost in front. -1: a bad address. tmp
// is room for it. The offsets are four of 16 bits: dentry.d_parent, d_name.name,
// d_name.len, vfsmount.mnt_root; then mount.mnt, mnt_parent, mnt_mountpoint, and
// path.dentry as seen from mnt.
GLOBAL s64 dt_d_path(struct dt_str *dst, struct dt_str *tmp, s64 path, s64 offs, s64 offs2)
{
	u64 size = strsize(), at;
	s64 to = (s64)size - 1;
	u64 w;

	if (!dst || !tmp)
		return -1;
	HIDE(dst);
	HIDE(tmp);
	tmp->b[size - 1] = 0;
	if (probe_read(&w, 8, (u64)path))
		return -1;
	store(dst, 0, w);
	if (probe_read(&w, 8, (u64)path + ((u64)offs2 >> 48)))
		return -1;
	store(dst, 8, w);
	at = size - 1;
	for (int i = 0; i < 128; i++) {
		to = dt_d_path_step(dst, tmp, to, offs, offs2);
		if (to < 0)
			break;
		at = forget((u64)to, w);
	}
	HIDE(at);
	if (at >= size - 1)
		return dst->b[0] = '/', dst->b[1] = 0, 0;
	copy(dst, tmp, at, size - 1 - at, size);
	return 0;
}

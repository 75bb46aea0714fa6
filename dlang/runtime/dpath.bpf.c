// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// d_path(): the name of a file, from its dentry up over its mount and those that
// it is mounted on, to the root of the current process. It is written from the
// end of tmp to the front. All is read as it is at the moment: a file that is
// renamed meanwhile may show a mix of both names, as the kernel's own walk without
// its retries would.

#include "dlang/runtime/rt.bpf.h"

enum {
	PIPE_MAGIC = 0x50495045, SOCK_MAGIC = 0x534f434b, ANON_MAGIC = 0x09041934,
	NS_MAGIC = 0x6e736673, PID_MAGIC = 0x50494446,
};

// What a step gives besides the place: the top is reached, or room ran out.
#define PATH_TOP (1ul << 32)
#define PATH_CUT (1ul << 33)

// Text of up to 8 characters as a number.
#define CHARS(text) ({ s64 w_ = 0; __builtin_memcpy(&w_, text, sizeof(text) - 1); w_; })

// Puts up to 8 characters in front of the place at; where they start.
GLOBAL s64 dt_put_before(struct dt_str *dst, s64 at, s64 chars, int n)
{
	u64 size = strsize(), to = (u64)at, w = (u64)chars;

	if (!dst)
		return 0;
	HIDE(dst);
	for (int i = 7; i >= 0; i--) {
		if (i >= n)
			continue;
		to--;
		HIDE(to);
		if (to >= size)
			return 0;
		dst->b[to] = (u8)(w >> (8 * i));
		to = forget(to, w);
	}
	return (s64)to;
}

// Puts a name of the kernel's in front of the place at, its end only when there
// is not enough room; the place where it starts.
GLOBAL s64 dt_prepend(struct dt_str *dst, s64 at, s64 name, u32 len)
{
	u64 size = strsize(), to = (u64)at, left = len;

	if (!dst)
		return 0;
	HIDE(dst);
	for (int i = 0; i < 40; i++) {
		u64 step = left >= 8 && to >= 8 ? 8 : 1, w = 0;

		HIDE(to);
		if (!left || to < step)
			break;
		if (read_kernel(&w, (u32)step, (u64)name + left - step))
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

INLINE s64 deleted(struct dt_str *tmp, s64 at)
{
	at = dt_put_before(tmp, at, CHARS("eleted)"), 7);
	return dt_put_before(tmp, at, CHARS(" (d"), 3);
}

INLINE s64 numbered(struct dt_str *tmp, s64 at, u64 n)
{
	at = dt_put_before(tmp, at, ']', 1);
	for (int i = 0; i < 20; i++) {
		at = dt_put_before(tmp, at, (s64)('0' + n % 10), 1);
		n /= 10;
		if (!n)
			break;
	}
	return at;
}

// The name of what lies in no directory, as /proc/PID/fd shows it: "pipe:[7]".
GLOBAL s64 dt_pseudo_path(struct dt_str *tmp, const struct dt_members *k, s64 dentry)
{
	u64 magic, inode, ns, w;
	s64 at = (s64)strsize() - 1;

	if (!tmp || !k)
		return 0;
	inode = word_at((u64)dentry + k->at[MEMBER_D_INODE]);
	magic = word_at(word_at((u64)dentry + k->at[MEMBER_D_SB]) + k->at[MEMBER_SB_MAGIC]);
	if (magic == PIPE_MAGIC || magic == SOCK_MAGIC || magic == NS_MAGIC)
		at = numbered(tmp, at, word_at(inode + k->at[MEMBER_I_INO]));
	if (magic == PIPE_MAGIC)
		return dt_put_before(tmp, at, CHARS("pipe:["), 6);
	if (magic == SOCK_MAGIC)
		return dt_put_before(tmp, at, CHARS("socket:["), 8);
	if (magic == NS_MAGIC) {
		ns = word_at(word_at(inode + k->at[MEMBER_I_PRIVATE]) + k->at[MEMBER_NS_OPS]);
		w = word_at(word_at(ns + k->at[MEMBER_NS_OPS_NAME]));
		at = dt_put_before(tmp, at, CHARS(":["), 2);
		return dt_put_before(tmp, at, (s64)w, (int)first(zeros(w)));
	}
	if (magic == PID_MAGIC)
		at = dt_put_before(tmp, at, CHARS("[pidfd]"), 7);
	else if (magic != ANON_MAGIC)
		at = deleted(tmp, at);
	if (magic != PID_MAGIC)
		at = dt_prepend(tmp, at, (s64)word_at((u64)dentry + k->at[MEMBER_D_NAME]),
				(u32)word_at((u64)dentry + k->at[MEMBER_D_LEN]));
	if (magic != ANON_MAGIC && magic != PID_MAGIC)
		return dt_put_before(tmp, at, '/', 1);
	at = dt_put_before(tmp, at, CHARS("inode:"), 6);
	return dt_put_before(tmp, at, CHARS("anon_"), 5);
}

// One step up. The state is in dst: the mount and the dentry; the name goes into
// tmp, in front of the place at. The place where it starts, or at where a mount
// ends, with PATH_TOP or PATH_CUT.
GLOBAL s64 dt_d_path_step(struct dt_str *dst, struct dt_str *tmp, const struct dt_members *k, s64 at)
{
	u64 size = strsize(), up, dentry, mnt, to;
	u32 len;

	if (!dst || !tmp || !k)
		return (s64)PATH_TOP;
	HIDE(dst);
	HIDE(tmp);
	mnt = load(dst, 0);
	dentry = load(dst, 8);
	if (mnt && dentry == word_at(mnt + k->at[MEMBER_MNT_ROOT])) {
		mnt -= k->at[MEMBER_MOUNT_MNT];
		up = word_at(mnt + k->at[MEMBER_MOUNT_PARENT]);
		if (!up || up == mnt)
			return (s64)((u64)at | PATH_TOP);
		store(dst, 8, word_at(mnt + k->at[MEMBER_MOUNT_POINT]));
		store(dst, 0, up + k->at[MEMBER_MOUNT_MNT]);
		return at;
	}
	up = word_at(dentry + k->at[MEMBER_D_PARENT]);
	if (!up || up == dentry)
		return (s64)((u64)at | PATH_TOP);
	len = (u32)word_at(dentry + k->at[MEMBER_D_LEN]);
	to = (u64)dt_prepend(tmp, at, (s64)word_at(dentry + k->at[MEMBER_D_NAME]), len);
	if (!to || to + len != (u64)at)
		return (s64)((to & 0xffff) | PATH_CUT);
	to--;
	HIDE(to);		// 6.1 does not see that it was not 0
	if (to >= size)
		return (s64)PATH_TOP;
	tmp->b[to] = '/';
	store(dst, 8, up);
	return (s64)to;
}

// Up to the root of the process or, for what is not below it, of all mounts.
INLINE u64 walk(struct dt_str *dst, struct dt_str *tmp, const struct dt_members *k, s64 from, u64 fs)
{
	u64 root_mnt = word_at(fs + k->at[MEMBER_FS_ROOT_MNT]), root = word_at(fs + k->at[MEMBER_FS_ROOT]);
	u64 at = (u64)from;

	for (int i = 0; i < 128; i++) {
		if (load(dst, 8) == root && load(dst, 0) == root_mnt)
			return at;
		at = (u64)dt_d_path_step(dst, tmp, k, (s64)at);
		if (at >> 32)
			return at;
	}
	return at | PATH_CUT;
}

// dst = the name of the file whose mount (0: not known) and dentry are the first
// two words of dst, as the process sees it whose fs_struct is fs. What does not fit
// is lost in front: "..." stands there. tmp is room for it.
GLOBAL s64 dt_d_path(struct dt_str *dst, struct dt_str *tmp, const struct dt_members *k, s64 fs)
{
	u64 size = strsize(), mnt, dentry, up, at = size - 1;

	if (!dst || !tmp || !k)
		return -1;
	HIDE(dst);
	HIDE(tmp);
	mnt = load(dst, 0);
	dentry = load(dst, 8);
	tmp->b[size - 1] = 0;
	up = word_at(dentry + k->at[MEMBER_D_PARENT]);
	if (up == dentry && mnt && dentry != word_at(mnt + k->at[MEMBER_MNT_ROOT])) {
		at = (u64)dt_pseudo_path(tmp, k, (s64)dentry);
	} else {
		if (up != dentry && !word_at(dentry + k->at[MEMBER_D_HASHED]))
			at = (u64)deleted(tmp, (s64)at);
		at = walk(dst, tmp, k, (s64)at, (u64)fs);
	}
	if (at & PATH_CUT) {
		at &= 0xffff;
		at = (u64)dt_put_before(tmp, at < 3 ? 3 : (s64)at, CHARS("..."), 3);
	}
	at &= 0xffff;
	HIDE(at);
	if (at >= size - 1)
		return dst->b[0] = '/', dst->b[1] = 0, 0;
	copy(dst, tmp, at, size - 1 - at, size);
	return 0;
}

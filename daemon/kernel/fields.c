// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Finding fields in the kernel's BTF, see fields.h.

#include "daemon/kernel/fields.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/util.h"

static const struct {
	const char *in, *name;
} fields[KERNEL_FIELD_N] = {
	[TASK_REAL_CRED] = { "task_struct", "real_cred" },
	[TASK_FLAGS] = { "task_struct", "flags" },
	[TASK_MM] = { "task_struct", "mm" },
	[TASK_TGID] = { "task_struct", "tgid" },
	[TASK_PID] = { "task_struct", "pid" },
	[TASK_REAL_PARENT] = { "task_struct", "real_parent" },
	[TASK_GROUP_LEADER] = { "task_struct", "group_leader" },
	[TASK_START_TIME] = { "task_struct", "start_time" },
	[TASK_START_BOOTTIME] = { "task_struct", "start_boottime" },
	[TASK_COMM] = { "task_struct", "comm" },
	[CRED_UID] = { "cred", "uid" },
	[CRED_GID] = { "cred", "gid" },
	[CRED_SUID] = { "cred", "suid" },
	[CRED_SGID] = { "cred", "sgid" },
	[CRED_EUID] = { "cred", "euid" },
	[CRED_EGID] = { "cred", "egid" },
	[CRED_FSUID] = { "cred", "fsuid" },
	[CRED_FSGID] = { "cred", "fsgid" },
	[CRED_CAP_PERMITTED] = { "cred", "cap_permitted" },
	[CRED_USER_NS] = { "cred", "user_ns" },
	[MM_FLAGS] = { "mm_struct", "flags" },
	[USER_NS_INUM] = { "user_namespace", "ns" },
};

static const char *const tracepoints[OWN_TRACEPOINT_N] = {
	[TRACE_SYS_ENTER] = "btf_trace_sys_enter",
	[TRACE_SYS_EXIT] = "btf_trace_sys_exit",
	[TRACE_EXEC] = "btf_trace_sched_process_exec",
};

static void free_btf(struct btf **btf)
{
	btf__free(*btf);
}

static const struct btf_type *strip(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_mod(t) || btf_is_typedef(t)))
		t = btf__type_by_id(btf, t->type);
	return t;
}

// Bits from the start of the struct, also through members without a name; or -ENOENT. type: its.
static int64_t find(const struct btf *btf, const struct btf_type *t, const char *name, uint32_t *type)
{
	const struct btf_member *m = t && btf_is_composite(t) ? btf_members(t) : NULL;

	for (uint32_t i = 0; m && i < btf_vlen(t); i++) {
		const char *own = btf__name_by_offset(btf, m[i].name_off);
		int64_t inside;

		if (own && *own) {
			*type = m[i].type;
			if (!strcmp(own, name))
				return btf_member_bit_offset(t, i);
			continue;
		}
		inside = find(btf, strip(btf, m[i].type), name, type);
		if (inside >= 0)
			return inside + btf_member_bit_offset(t, i);
	}
	return -ENOENT;
}

static int64_t find_in(const struct btf *btf, const char *in, const char *name, uint32_t *type)
{
	int id = btf__find_by_name_kind(btf, in, BTF_KIND_STRUCT);

	return id < 0 ? id : find(btf, btf__type_by_id(btf, (uint32_t)id), name, type);
}

static int read_field(const struct btf *btf, enum kernel_field which, int16_t *at)
{
	uint32_t type = 0;
	int64_t bits = find_in(btf, fields[which].in, fields[which].name, &type), more = 0;

	if (bits >= 0 && which == USER_NS_INUM)
		more = find(btf, strip(btf, type), "inum", &type);
	if (bits < 0 || more < 0)
		return -ENOENT;
	bits += more;
	if (bits % 8 || bits / 8 > INT16_MAX - 16)
		return -ERANGE;
	*at = (int16_t)(bits / 8);
	return 0;
}

// Before 6.3 capabilities were an array of words.
static int read_caps(const struct btf *btf, bool *split)
{
	uint32_t type = 0, inner = 0;
	const struct btf_type *t;
	int64_t at = find_in(btf, "cred", "cap_permitted", &type);

	t = at < 0 ? NULL : strip(btf, type);
	if (!t || !btf_is_struct(t) || t->size != 8)
		return -ENOENT;
	*split = find(btf, t, "cap", &inner) >= 0;
	return *split || find(btf, t, "val", &inner) >= 0 ? 0 : -ENOENT;
}

static int read_all(const struct btf *btf, struct kernel_fields *f, const char **missing)
{
	struct stat ns;
	int id;

	for (int i = 0; i < KERNEL_FIELD_N; i++) {
		*missing = fields[i].name;
		if (read_field(btf, (enum kernel_field)i, &f->at[i]) < 0)
			return -ENOENT;
	}
	*missing = "cap_permitted";
	if (read_caps(btf, &f->split_caps) < 0)
		return -ENOENT;
	for (int i = 0; i < OWN_TRACEPOINT_N; i++) {
		id = btf__find_by_name_kind(btf, tracepoints[i], BTF_KIND_TYPEDEF);
		f->tracepoints[i] = id > 0 ? (uint32_t)id : 0;
	}
	id = btf__find_by_name_kind(btf, "bpf_iter_task", BTF_KIND_FUNC);
	f->task_iterator = id > 0 ? (uint32_t)id : 0;
	*missing = "/proc/self/ns/user";
	if (stat("/proc/self/ns/user", &ns) < 0)
		return -errno;
	f->user_ns = (uint32_t)ns.st_ino;
	return 0;
}

int kernel_fields_read(struct kernel_fields *f, const char **missing)
{
	CLEANUP(free_btf) struct btf *btf = btf__parse("/sys/kernel/btf/vmlinux", NULL);

	*f = (struct kernel_fields){ 0 };
	*missing = "/sys/kernel/btf/vmlinux";
	return btf ? read_all(btf, f, missing) : -errno;
}

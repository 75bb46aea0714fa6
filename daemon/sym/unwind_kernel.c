// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Offsets of members, see unwind_kernel.h. A member may be in structures and
// unions without a name.

#include "daemon/sym/unwind_kernel.h"

#include <bpf/btf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "daemon/util.h"

// Members on the way from a structure to a number, by name.
struct path {
	const char *name;		// of the run-time library's
	const char *structure, *members[2];
};

static const struct path paths[] = {
	[UNWIND_K_TASK_MM] = { "dt_k_task_mm", "task_struct", { "mm", NULL } },
	[UNWIND_K_MM_ROOT] = { "dt_k_mm_root", "mm_struct", { "mm_mt", "ma_root" } },
	[UNWIND_K_MM_VDSO] = { "dt_k_mm_vdso", "mm_struct", { "context", "vdso" } },
	[UNWIND_K_MM_START_STACK] = { "dt_k_mm_start_stack", "mm_struct", { "start_stack", NULL } },
	[UNWIND_K_VMA_START] = { "dt_k_vma_start", "vm_area_struct", { "vm_start", NULL } },
	[UNWIND_K_VMA_END] = { "dt_k_vma_end", "vm_area_struct", { "vm_end", NULL } },
	[UNWIND_K_VMA_PGOFF] = { "dt_k_vma_pgoff", "vm_area_struct", { "vm_pgoff", NULL } },
	[UNWIND_K_VMA_FILE] = { "dt_k_vma_file", "vm_area_struct", { "vm_file", NULL } },
	[UNWIND_K_FILE_INODE] = { "dt_k_file_inode", "file", { "f_inode", NULL } },
	[UNWIND_K_INODE_NUMBER] = { "dt_k_inode_number", "inode", { "i_ino", NULL } },
	[UNWIND_K_INODE_SUPER] = { "dt_k_inode_super", "inode", { "i_sb", NULL } },
	[UNWIND_K_SUPER_DEVICE] = { "dt_k_super_device", "super_block", { "s_dev", NULL } },
	[UNWIND_K_FILE_MODE] = { "dt_k_file_mode", "file", { "f_mode", NULL } },
	[UNWIND_K_BACKING_DENTRY] = { "dt_k_backing_dentry", "backing_file", { "user_path", "dentry" } },
	[UNWIND_K_DENTRY_INODE] = { "dt_k_dentry_inode", "dentry", { "d_inode", NULL } },
	[UNWIND_K_MODE_BACKING] = { "dt_k_mode_backing", NULL, { NULL, NULL } },
	[UNWIND_K_PAGE_SHIFT] = { "dt_k_page_shift", NULL, { NULL, NULL } },
	[UNWIND_K_USABLE] = { "dt_k_usable", NULL, { NULL, NULL } },
};

// What the code of the walk has built in: it reads the nodes of the maple tree.
static const struct {
	const char *structure, *member;
	uint32_t offset;
} layouts[] = {
	{ "maple_range_64", "pivot", 8 },
	{ "maple_range_64", "slot", 128 },
	{ "maple_arange_64", "pivot", 8 },
	{ "maple_arange_64", "slot", 80 },
};

static const struct {
	const char *name;
	int64_t value;
} kinds[] = {
	{ "maple_leaf_64", 1 }, { "maple_range_64", 2 }, { "maple_arange_64", 3 },
};

// Of struct file's f_mode: it belongs to the file of another file system. BTF does
// not say; it has been the one and the other, whose other meaning no file has that
// is not accounted.
enum { FMODE_BACKING = 1 << 24 | 1 << 25 };

const char *unwind_number_name(enum unwind_number i)
{
	return paths[i].name;
}

static const struct btf_type *plain(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_mod(t) || btf_is_typedef(t)))
		t = btf__type_by_id(btf, t->type);
	return t;
}

// The bytes from the start of a structure to a member, whose type is put in *out;
// or -1.
static int64_t member_offset(
	const struct btf *btf, const struct btf_type *t, const char *name, const struct btf_type **out)
{
	const struct btf_member *m = t && btf_is_composite(t) ? btf_members(t) : NULL;

	for (uint16_t i = 0; m && i < btf_vlen(t); i++, m++) {
		const char *own = btf__name_by_offset(btf, m->name_off);
		int64_t at = btf_member_bit_offset(t, i) / 8, inner;

		if (own && !strcmp(own, name)) {
			*out = plain(btf, m->type);
			return at;
		}
		if (own && *own)
			continue;
		inner = member_offset(btf, plain(btf, m->type), name, out);
		if (inner >= 0)
			return at + inner;
	}
	return -1;
}

static int64_t path_offset(const struct btf *btf, const struct path *p)
{
	int32_t id = btf__find_by_name_kind(btf, p->structure, BTF_KIND_STRUCT);
	const struct btf_type *t = id > 0 ? plain(btf, (uint32_t)id) : NULL;
	int64_t sum = 0;

	for (size_t i = 0; i < NELEMS(p->members) && p->members[i]; i++) {
		int64_t at = member_offset(btf, t, p->members[i], &t);

		if (at < 0)
			return -1;
		sum += at;
	}
	return sum;
}

static bool has_kind(const struct btf *btf, const char *name, int64_t value)
{
	int32_t id = btf__find_by_name_kind(btf, "maple_type", BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (uint16_t i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_enum *e = &btf_enum(t)[i];
		const char *own = btf__name_by_offset(btf, e->name_off);

		if (own && !strcmp(own, name))
			return e->val == value;
	}
	return false;
}

static const char *check_layouts(const struct btf *btf)
{
	for (size_t i = 0; i < NELEMS(layouts); i++) {
		struct path p = {
			.structure = layouts[i].structure, .members = { layouts[i].member },
		};

		if (path_offset(btf, &p) != layouts[i].offset)
			return layouts[i].structure;
	}
	for (size_t i = 0; i < NELEMS(kinds); i++) {
		if (!has_kind(btf, kinds[i].name, kinds[i].value))
			return "maple_type";
	}
	return NULL;
}

static const char *read_numbers(const struct btf *btf, uint64_t numbers[UNWIND_K_N])
{
	for (int i = 0; i < UNWIND_K_N; i++) {
		int64_t at = paths[i].structure ? path_offset(btf, &paths[i]) : 0;

		if (at < 0 && i != UNWIND_K_BACKING_DENTRY)	// older kernels have none
			return paths[i].structure;
		numbers[i] = at < 0 ? 0 : (uint64_t)at;
	}
	if (numbers[UNWIND_K_BACKING_DENTRY])
		numbers[UNWIND_K_MODE_BACKING] = FMODE_BACKING;
	// Two pairs of members that are read as one.
	if (numbers[UNWIND_K_VMA_END] != numbers[UNWIND_K_VMA_START] + 8 ||
	    numbers[UNWIND_K_VMA_FILE] != numbers[UNWIND_K_VMA_PGOFF] + 8)
		return "vm_area_struct";
	numbers[UNWIND_K_PAGE_SHIFT] = (uint64_t)__builtin_ctzl((unsigned long)sysconf(_SC_PAGESIZE));
	numbers[UNWIND_K_USABLE] = 1;
	return check_layouts(btf);
}

void unwind_numbers(uint64_t numbers[UNWIND_K_N], const char **missing)
{
	struct btf *btf = btf__load_vmlinux_btf();

	*missing = "BTF";
	if (btf)
		*missing = read_numbers(btf, numbers);
#if !defined(__x86_64__)
	*missing = "x86-64 registers";
#endif
	if (*missing)
		memset(numbers, 0, UNWIND_K_N * sizeof *numbers);
	btf__free(btf);
}

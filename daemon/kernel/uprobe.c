// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/kernel/uprobe.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/insn.h"
#include "daemon/util.h"

#define UPROBE_PMU "/sys/bus/event_source/devices/uprobe/"

enum { MULTI_RETURN = 1 };

// BPF_LINK_CREATE as newer kernels have it.
struct multi_attr {
	uint32_t prog, target, attach_type, flags;
	uint64_t path, offsets, semaphores, cookies;
	uint32_t n, multi_flags, pid, zero;
};

static int link_multi(struct multi_attr *attr)
{
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, attr, sizeof *attr);

	return fd < 0 ? -errno : fd;
}

static void file_path(char path[32], int file)
{
	snprintf(path, 32, "/proc/self/fd/%d", file);
}

static int attach_multi(struct attachment *a, const struct uprobe_request *q)
{
	char path[32];
	struct multi_attr attr = {
		.prog = (uint32_t)q->prog, .attach_type = UPROBE_MULTI, .path = (uintptr_t)path,
		.offsets = (uintptr_t)q->offsets, .cookies = (uintptr_t)q->cookies,
		.semaphores = (uintptr_t)q->semaphores, .n = q->n,
		.multi_flags = q->returns ? MULTI_RETURN : 0, .pid = (uint32_t)q->pid,
	};

	file_path(path, q->file);
	return attachment_add(a, link_multi(&attr));
}

// ---- perf events -----------------------------------------------------------

// The source of such events, and where in config it wants what.
struct event_format {
	int type, return_bit, semaphore_shift;
};

static int read_format(struct event_format *f)
{
	f->type = attach_source_number(UPROBE_PMU "type");
	f->return_bit = attach_source_number(UPROBE_PMU "format/retprobe");
	f->semaphore_shift = attach_source_number(UPROBE_PMU "format/ref_ctr_offset");
	if (f->type < 0 || f->return_bit < 0)
		return f->type < 0 ? f->type : f->return_bit;
	return f->semaphore_shift < 0 ? f->semaphore_shift : 0;
}

// The event lives as long as the link.
static int attach_event(struct attachment *a, const struct uprobe_request *q, const struct event_format *f, uint32_t i)
{
	char path[32];
	struct perf_event_attr attr = {
		.type = (uint32_t)f->type, .size = sizeof attr, .config = q->returns ? 1ull << f->return_bit : 0,
		.uprobe_path = (uintptr_t)path, .probe_offset = q->offsets[i],
	};
	pid_t pid = q->pid ? q->pid : -1;
	CLEANUP(closep) int event = -1;

	file_path(path, q->file);
	if (q->semaphores)
		attr.config |= q->semaphores[i] << f->semaphore_shift;
	event = (int)syscall(SYS_perf_event_open, &attr, pid, q->pid ? -1 : 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return -errno;
	return attachment_add(a, attach_link_event(q->prog, event, q->cookies[i]));
}

int uprobe_attach(struct attachment *a, const struct uprobe_request *q)
{
	struct event_format format;
	int r;

	if (q->multi)
		return attach_multi(a, q);
	r = read_format(&format);
	for (uint32_t i = 0; i < q->n && r >= 0; i++)
		r = attach_event(a, q, &format, i);
	return r;
}

// ---- what the kernel has ---------------------------------------------------

// What is asked for is refused in either case. A kernel that does not mind the process
// would see its first thread only.
bool uprobe_has_multi(void)
{
	struct bpf_insn insns[] = { insn_mov_imm(BPF_REG_0, 0), insn_exit() };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = (enum bpf_attach_type)UPROBE_MULTI);
	CLEANUP(closep) int prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "dt_probe", "Dual BSD/GPL", insns,
		NELEMS(insns), &opts);
	uint64_t offset = 0;
	struct multi_attr attr = {
		.prog = (uint32_t)prog, .attach_type = UPROBE_MULTI, .path = (uintptr_t)"/",
		.offsets = (uintptr_t)&offset, .n = 1,
	};

	if (prog < 0 || link_multi(&attr) != -EBADF)
		return false;
	attr.pid = UINT32_MAX;
	return link_multi(&attr) == -EINVAL;
}

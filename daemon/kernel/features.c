// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Kernel features, see features.h.

#include "daemon/kernel/features.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

#include "daemon/kernel/cgroup.h"
#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/kernel/uprobe.h"
#include "daemon/util.h"

static bool has_capability(uint64_t effective, unsigned capability)
{
	return effective >> capability & 1;
}

static bool has_btf(void)
{
	return !access("/sys/kernel/btf/vmlinux", R_OK);
}

static bool has_rights(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	uint64_t effective;

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	return has_capability(effective, CAP_SYS_ADMIN) ||
	       (has_capability(effective, CAP_BPF) && has_capability(effective, CAP_PERFMON));
}

static bool opens(int fd)
{
	return fd >= 0 && !close(fd);
}

static bool has_shared_array(void)
{
	return opens(map_open_shared("dt_probe", 4096, 1));
}

static bool has_bell(void)
{
	return opens(map_open_bell());
}

static bool has_task_storage(void)
{
	return opens(map_open_task_storage("dt_probe", 8));
}

bool feature_counts(uint32_t type, uint64_t config)
{
	struct perf_event_attr attr = {
		.type = type, .size = sizeof attr, .config = config,
		.sample_period = 1000000000, .disabled = 1,
	};

	return opens((int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC));
}

static bool has_clock_events(void)
{
	return feature_counts(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK);
}

// A program that lets packets pass, at the root for a moment.
static bool has_packets(void)
{
	struct bpf_insn insns[] = { insn_mov_imm(BPF_REG_0, 1), insn_exit() };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_CGROUP_INET_INGRESS);
	CLEANUP(closep) int root = cgroup_root_open();
	CLEANUP(closep) int prog = bpf_prog_load(BPF_PROG_TYPE_CGROUP_SKB, "dt_probe", "Dual BSD/GPL",
		insns, NELEMS(insns), &opts);

	return root >= 0 && prog >= 0 && opens(bpf_link_create(prog, root, BPF_CGROUP_INET_INGRESS, NULL));
}

static bool has_packet_self(void)
{
	CLEANUP(closep) int map = map_open_task_storage("dt_probe", 8);
	struct bpf_insn insns[] = {
		insn_call(BPF_FUNC_get_current_task_btf),
		insn_raw(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
		insn_raw(0, 0, 0, 0, 0),
		insn_mov(BPF_REG_2, BPF_REG_0),
		insn_mov_imm(BPF_REG_3, 0),
		insn_mov_imm(BPF_REG_4, BPF_LOCAL_STORAGE_GET_F_CREATE),
		insn_call(BPF_FUNC_task_storage_get),
		insn_mov_imm(BPF_REG_0, 1),
		insn_exit(),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_CGROUP_INET_INGRESS);

	return map >= 0 && opens(bpf_prog_load(BPF_PROG_TYPE_CGROUP_SKB, "dt_probe", "Dual BSD/GPL",
		insns, NELEMS(insns), &opts));
}

static const struct {
	bool (*probe)(void);
	const char *sentence;
	bool required, before_fork;
} table[FEATURE_N] = {
	[FEATURE_BTF] = { has_btf,
		"the kernel has no BTF: /sys/kernel/btf/vmlinux cannot be read "
		"(it takes a kernel built with CONFIG_DEBUG_INFO_BTF)", true, true },
	[FEATURE_BPF] = { has_rights,
		"no right to trace: dtraced needs the capabilities CAP_BPF and CAP_PERFMON, or root",
		true, true },
	[FEATURE_SHARED_ARRAY] = { has_shared_array,
		"the kernel refuses BPF maps that user space can map", true, false },
	[FEATURE_BELL] = { has_bell, "the kernel has no BPF ring buffers", true, false },
	[FEATURE_TASK_STORAGE] = { has_task_storage,
		"the kernel has no BPF task storage, so there are no self-> variables", false, false },
	[FEATURE_CLOCK_EVENTS] = { has_clock_events,
		"the kernel refuses clock events, so profile and tick probes cannot fire",
		false, false },
	[FEATURE_PACKETS] = { has_packets,
		"the packets of sockets cannot be seen: it takes the capability CAP_NET_ADMIN, and the root of "
		"the version 2 cgroup hierarchy mounted anywhere", false, false },
	[FEATURE_PACKET_SELF] = { has_packet_self,
		"this kernel has no self-> variables for probes on packets; use an associative array with a key "
		"of the packet, such as args[1]->cs_cid", false, false },
	[FEATURE_UPROBE_MULTI] = { uprobe_has_multi,
		"the kernel has no links for many user probes; each has a perf event", false, false },
};

bool feature_has(struct features *f, enum feature which)
{
	if (f->known[which] == FEATURE_UNKNOWN)
		f->known[which] = table[which].probe() ? FEATURE_YES : FEATURE_NO;
	return f->known[which] == FEATURE_YES;
}

const char *feature_sentence(enum feature which)
{
	return table[which].sentence;
}

const char *features_missing(struct features *f, bool before_fork)
{
	for (enum feature i = 0; i < FEATURE_N; i++) {
		if (table[i].required && (table[i].before_fork || !before_fork) && !feature_has(f, i))
			return table[i].sentence;
	}
	return NULL;
}

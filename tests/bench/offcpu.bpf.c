// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: how long threads are off the CPU, a histogram by command name, as one writes it with libbpf.

#include <stdbool.h>

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>



char _license[] SEC("license") = "Dual BSD/GPL";

enum { SLOTS = 64 };

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

struct key {
	char comm[16];
};

struct histogram {
	__u64 slots[SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} since SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct key);
	__type(value, struct histogram);
} times SEC(".maps");

static struct histogram zero;

SEC("tp_btf/sched_switch")
int BPF_PROG(off, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u64 *t = bpf_task_storage_get(&since, prev, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (t)
		*t = bpf_ktime_get_ns();
	return 0;
}

static __always_inline __u32 log2(__u64 v)
{
	__u32 shift, r;

	r = (v > 0xffffffff) << 5;
	v >>= r;
	shift = (v > 0xffff) << 4;
	v >>= shift;
	r |= shift;
	shift = (v > 0xff) << 3;
	v >>= shift;
	r |= shift;
	shift = (v > 0xf) << 2;
	v >>= shift;
	r |= shift;
	shift = (v > 0x3) << 1;
	v >>= shift;
	r |= shift;
	return (r | (__u32)(v >> 1)) & (SLOTS - 1);
}

SEC("tp_btf/sched_exit_tp")
int BPF_PROG(on, bool is_switch)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct histogram *h;
	struct key key = {};
	__u64 *t, ns;

	if (!is_switch)
		return 0;
	t = bpf_task_storage_get(&since, task, 0, 0);
	if (!t || !*t)
		return 0;
	ns = bpf_ktime_get_ns() - *t;
	*t = 0;
	bpf_get_current_comm(&key.comm, sizeof key.comm);
	h = bpf_map_lookup_elem(&times, &key);
	if (!h) {
		bpf_map_update_elem(&times, &key, &zero, BPF_NOEXIST);
		h = bpf_map_lookup_elem(&times, &key);
		if (!h)
			return 0;
	}
	h->slots[log2(ns)]++;
	return 0;
}

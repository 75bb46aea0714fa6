// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: system calls counted by kernel stack, as one writes it with libbpf: the
// kernel keeps the stacks and gives each a number.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

#ifndef STACK_FLAGS
#define STACK_FLAGS 0
#endif

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16384);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 20 * sizeof(__u64));
} stacks SEC(".maps");

struct key {
	__u32 process, stack;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct key);
	__type(value, __u64);
} counts SEC(".maps");

SEC("raw_tp/sys_enter")
int count(void *ctx)
{
	struct key key = {};
	__u64 one = 1, *n;

	key.stack = (__u32)bpf_get_stackid(ctx, &stacks, STACK_FLAGS);
	if (STACK_FLAGS)
		key.process = bpf_get_current_pid_tgid() >> 32;
	n = bpf_map_lookup_elem(&counts, &key);
	if (n)
		(*n)++;
	else
		bpf_map_update_elem(&counts, &key, &one, BPF_NOEXIST);
	return 0;
}

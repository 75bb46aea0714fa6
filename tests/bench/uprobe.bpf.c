// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baselines on a function of a process: nothing, and a count per CPU.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("uprobe")
int nothing(void *ctx)
{
	return 0;
}

SEC("uprobe")
int count(void *ctx)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&counts, &zero);

	if (n)
		++*n;
	return 0;
}

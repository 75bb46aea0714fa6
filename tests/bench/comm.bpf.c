// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: system calls counted by command name, as one writes it with libbpf.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct key {
	char comm[16];
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

	bpf_get_current_comm(&key.comm, sizeof key.comm);
	n = bpf_map_lookup_elem(&counts, &key);
	if (n)
		(*n)++;
	else
		bpf_map_update_elem(&counts, &key, &one, BPF_NOEXIST);
	return 0;
}

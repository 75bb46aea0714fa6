// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: bytes of block requests by command name and flags, as one writes it with libbpf.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct request {
	unsigned int cmd_flags;
	unsigned int __data_len;
} __attribute__((preserve_access_index));

struct key {
	char comm[16];
	__u32 flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct key);
	__type(value, __u64);
} bytes SEC(".maps");

SEC("tp_btf/block_io_start")
int BPF_PROG(start, struct request *rq)
{
	struct key key = { .flags = rq->cmd_flags };
	__u64 n = rq->__data_len, *sum;

	bpf_get_current_comm(&key.comm, sizeof key.comm);
	sum = bpf_map_lookup_elem(&bytes, &key);
	if (sum)
		*sum += n;
	else
		bpf_map_update_elem(&bytes, &key, &n, BPF_NOEXIST);
	return 0;
}

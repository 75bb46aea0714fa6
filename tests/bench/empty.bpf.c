// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: what an attached program costs that does nothing.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

SEC("raw_tp/sys_enter")
int empty(void *ctx)
{
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: what an attached program costs that does nothing, on the same kind
// of hook as dtraced uses.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

SEC("tp_btf/sys_enter")
int empty(void *ctx)
{
	return 0;
}

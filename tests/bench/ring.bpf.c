// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: a record of 64 bytes per getppid() through the BPF ring buffer, as
// one writes it with libbpf. 4 MB, as much as the default buffers of a session.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <asm/unistd.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct record {
	__u64 time, id;
	__u32 pid, tid, cpu, pad;
	__u64 words[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} ring SEC(".maps");

__u64 dropped;

SEC("raw_tp/sys_enter")
int emit(struct bpf_raw_tracepoint_args *ctx)
{
	struct record *r;
	__u64 who;

	if (ctx->args[1] != __NR_getppid)
		return 0;
	r = bpf_ringbuf_reserve(&ring, sizeof *r, 0);
	if (!r) {
		__sync_fetch_and_add(&dropped, 1);
		return 0;
	}
	who = bpf_get_current_pid_tgid();
	r->time = bpf_ktime_get_ns();
	r->id = ctx->args[1];
	r->pid = who >> 32;
	r->tid = (__u32)who;
	r->cpu = bpf_get_smp_processor_id();
	r->words[0] = r->words[1] = r->words[2] = r->words[3] = ctx->args[0];
	bpf_ringbuf_submit(r, 0);
	return 0;
}

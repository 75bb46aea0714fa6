// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See kfunctions.h. Ways are probed with a program that does nothing, on a function of the kernel's own tests.

#include "daemon/kernel/kfunctions.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/btf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/insn.h"
#include "daemon/util.h"
#include "dlang/probe.h"
#include "dlang/types/btf.h"
#include "providers/provider.h"

#define TEST_FUNCTION "bpf_fentry_test1"
#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/"

enum { STEP_MULTI = 4096 };	// functions of a link

void function_targets_deinit(struct function_targets *t)
{
	free(t->names);
	free(t->cookies);
	*t = (struct function_targets){ 0 };
}

// ---- the three ways --------------------------------------------------------

static int link_multi(int prog, const char **names, const uint64_t *cookies, uint32_t n, bool returns)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .kprobe_multi = {
		.syms = names, .cookies = (const __u64 *)cookies, .cnt = n, .flags = returns ? BPF_F_KPROBE_MULTI_RETURN : 0,
	});

	return bpf_link_create(prog, 0, BPF_TRACE_KPROBE_MULTI, &opts);
}

// An event that exists on one CPU but sees them all.
static int open_kprobe(const char *function, bool returns)
{
	int type = attach_source_number(KPROBE_PMU "type"), bit = returns ? attach_source_number(KPROBE_PMU "format/retprobe") : 0;
	struct perf_event_attr attr = { .size = sizeof attr, .sample_period = 1, .wakeup_events = 1 };
	int fd;

	if (type < 0 || bit < 0)
		return type < 0 ? type : bit;
	attr.type = (uint32_t)type;
	attr.config = returns ? 1ull << bit : 0;
	attr.kprobe_func = (uint64_t)(uintptr_t)function;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int link_kprobe(int prog, int event, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = cookie);

	return bpf_link_create(prog, event, BPF_PERF_EVENT, &opts);
}

// ---- which of them are there -----------------------------------------------

static int load_nothing(enum bpf_prog_type type, enum bpf_attach_type attach, uint32_t btf_id)
{
	struct bpf_insn insns[] = { insn_mov_imm(BPF_REG_0, 0), insn_exit() };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach, .attach_btf_id = btf_id);

	return bpf_prog_load(type, "dt_probe", "Dual BSD/GPL", insns, NELEMS(insns), &opts);
}

// The negative errno of what failed, or 0.
static int try_fentry(uint32_t btf_id)
{
	CLEANUP(closep) int prog = load_nothing(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, btf_id);
	CLEANUP(closep) int link = prog < 0 ? prog : bpf_raw_tracepoint_open(NULL, prog);

	return link < 0 ? link : 0;
}

static int try_multi(void)
{
	CLEANUP(closep) int prog = load_nothing(BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, 0);
	const char *name = TEST_FUNCTION;
	uint64_t cookie = 1;
	CLEANUP(closep) int link = prog < 0 ? prog : link_multi(prog, &name, &cookie, 1, false);

	return link < 0 ? link : 0;
}

static int try_kprobe(void)
{
	CLEANUP(closep) int prog = load_nothing(BPF_PROG_TYPE_KPROBE, 0, 0);
	CLEANUP(closep) int event = open_kprobe(TEST_FUNCTION, false);
	CLEANUP(closep) int link = event < 0 ? event : prog < 0 ? prog : link_kprobe(prog, event, 1);

	return link < 0 ? link : 0;
}

void kfunctions_ways(const struct btf *btf, struct function_ways *ways, char *text, uint32_t size)
{
	uint32_t id = btf ? btf_find(btf, TEST_FUNCTION, BTF_KIND_FUNC) : 0;
	int fentry = id ? try_fentry(id) : -ENOENT, kprobe;

	*ways = (struct function_ways){ .fentry = !fentry, .multi = !try_multi() };
	if (ways->multi)
		return;
	kprobe = try_kprobe();
	ways->kprobes = !kprobe;
	if (ways->fentry || ways->kprobes)
		return;
	snprintf(text, size, "kernel functions cannot be traced here: this kernel %s (%s), and %s (%s)",
		kprobe == -ENOENT ? "has no kprobes" : "refuses kprobes",
		kprobe == -ENOENT ? "CONFIG_KPROBES" : strerror(-kprobe),
		fentry == -ENOENT ? "has no function to try fentry programs on" : "refuses fentry programs",
		fentry == -EPERM ? "Operation not permitted, as when it is locked down" : strerror(-fentry));
	ways->none = text;
}

// ---- attaching -------------------------------------------------------------

static int attach_multi(struct attachment *a, const struct probe_hook *hook, int prog,
	const struct function_targets *t, uint32_t n)
{
	CLEANUP(freep) char *list = malloc(n * sizeof(const char *));
	const char **names = (const char **)(void *)list;
	const char *at = t->names + a->at;
	int r;

	if (!names)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		names[i] = at;
		at += strlen(at) + 1;
	}
	r = attachment_add(a, link_multi(prog, names, t->cookies + a->done, n, hook->kind == HOOK_KRETPROBE_MULTI));
	if (r < 0)
		return r;
	a->at = (size_t)(at - t->names);
	a->done += n;
	return a->done < t->n;
}

static int attach_kprobe(struct attachment *a, const struct probe_hook *hook, int prog,
	const struct function_targets *t)
{
	const char *name = t->names + a->at;
	int event = open_kprobe(name, hook->kind == HOOK_KRETPROBE), r = attachment_add(a, event);

	if (r >= 0)
		r = attachment_add(a, link_kprobe(prog, event, t->cookies[a->done]));
	if (r < 0)
		return r;
	a->at += strlen(name) + 1;
	return ++a->done < t->n;
}

int kfunctions_attach(struct attachment *a, const struct probe_hook *hook, int prog,
	const struct function_targets *t)
{
	uint32_t left = t->n - a->done;

	if (hook->kind == HOOK_KPROBE || hook->kind == HOOK_KRETPROBE)
		return attach_kprobe(a, hook, prog, t);
	return attach_multi(a, hook, prog, t, left < STEP_MULTI ? left : STEP_MULTI);
}

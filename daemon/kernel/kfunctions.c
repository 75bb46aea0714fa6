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
#include "daemon/kernel/linker.h"
#include "daemon/util.h"
#include "dlang/probe.h"
#include "dlang/types/btf.h"
#include "providers/provider.h"

#define TEST_FUNCTION "bpf_fentry_test1"
#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/"

void function_targets_deinit(struct function_targets *t)
{
	free(t->names);
	free(t->cookies);
	free(t->addresses);
	*t = (struct function_targets){ 0 };
}

// ---- the three ways --------------------------------------------------------

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
	char name[] = TEST_FUNCTION;
	uint64_t cookie = 1;
	CLEANUP(closep) int link = prog < 0 ? prog :
		link_functions(prog, &(struct link_request){ .names = name, .cookies = &cookie, .n = 1 });

	return link < 0 ? link : 0;
}

static int try_kprobe(void)
{
	CLEANUP(closep) int prog = load_nothing(BPF_PROG_TYPE_KPROBE, 0, 0);
	CLEANUP(closep) int event = open_kprobe(TEST_FUNCTION, false);
	CLEANUP(closep) int link = event < 0 ? event : prog < 0 ? prog : attach_link_event(prog, event, 1);

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

// The names of unknown addresses, one behind the other.
static char *unknown_names(const struct function_targets *t)
{
	const char *name = t->names;
	size_t size = 0;
	char *names, *at;

	for (uint32_t i = 0; i < t->n; i++, name += strlen(name) + 1)
		size += t->addresses[i] ? 0 : strlen(name) + 1;
	names = at = malloc(size);
	name = t->names;
	for (uint32_t i = 0; names && i < t->n; i++, name += strlen(name) + 1)
		if (!t->addresses[i])
			at = stpcpy(at, name) + 1;
	return names;
}

int kfunctions_request(const struct function_targets *t, bool known, bool returns, struct link_request *q)
{
	uint32_t n = known ? t->nknown : t->n - t->nknown, at = 0;

	*q = (struct link_request){ .n = n, .returns = returns };
	if (!n)
		return 0;
	q->cookies = malloc(n * sizeof *q->cookies);
	if (known)
		q->addresses = malloc(n * sizeof *q->addresses);
	else
		q->names = unknown_names(t);
	if (!q->cookies || (!q->addresses && !q->names)) {
		link_request_deinit(q);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		if (known != (t->addresses[i] != 0))
			continue;
		if (known)
			q->addresses[at] = t->addresses[i];
		q->cookies[at++] = t->cookies[i];
	}
	return 0;
}

int kfunctions_attach(struct attachment *a, const struct probe_hook *hook, int prog,
	const struct function_targets *t)
{
	const char *name = t->names + a->at;
	int event = open_kprobe(name, hook->kind == HOOK_KRETPROBE), r = attachment_add(a, event);

	if (r >= 0)
		r = attachment_add(a, attach_link_event(prog, event, t->cookies[a->done]));
	if (r < 0)
		return r;
	a->at += strlen(name) + 1;
	return ++a->done < t->n;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Attaching, see attach.h.

#include "daemon/kernel/attach.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "daemon/kernel/cgroup.h"
#include "daemon/util.h"

enum { MAX_CPUS = 8192 };

static void cpu_set_freep(cpu_set_t **set)
{
	CPU_FREE(*set);
}

// The CPUs that this thread may run on: those that are online, unless the
// administrator gave the daemon fewer.
static int own_cpus(cpu_set_t **setp)
{
	cpu_set_t *set = CPU_ALLOC(MAX_CPUS);

	if (!set)
		return -ENOMEM;
	if (sched_getaffinity(0, CPU_ALLOC_SIZE(MAX_CPUS), set) < 0) {
		CPU_FREE(set);
		return -errno;
	}
	*setp = set;
	return 0;
}

// "0-3,5": calls fn for each CPU of a list in /sys/devices/system/cpu.
static int for_each_cpu(const char *path, int (*fn)(void *arg, int cpu), void *arg)
{
	char text[4096], *p = text;
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return -errno;
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	while (*p >= '0' && *p <= '9') {
		long first = strtol(p, &p, 10), last = first;

		if (*p == '-')
			last = strtol(p + 1, &p, 10);
		for (long cpu = first; cpu <= last; cpu++) {
			int r = fn(arg, (int)cpu);

			if (r)
				return r < 0 ? r : 0;
		}
		p += *p == ',';
	}
	return 0;
}

// ---- perf events -----------------------------------------------------------

struct event_request {
	struct attachment *a;
	struct perf_event_attr attr;
	bool once;
};

int attachment_add(struct attachment *a, int fd)
{
	int *fds;

	if (fd < 0)
		return fd;
	fds = reallocarray(a->fds, a->nfds + 1, sizeof *fds);
	if (!fds) {
		close(fd);
		return -ENOMEM;
	}
	a->fds = fds;
	fds[a->nfds++] = fd;
	return 0;
}

static int open_event(void *arg, int cpu)
{
	struct event_request *q = arg;
	int fd = (int)syscall(SYS_perf_event_open, &q->attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	int r;

	if (fd < 0)
		return errno == ENODEV ? 0 : -errno;	// went offline just now
	r = attachment_add(q->a, fd);
	if (r < 0)
		return r;
	q->a->nevents++;
	return q->once;
}

// A link where the kernel has them for perf events, else the event holds it.
static int link_event(struct attachment *a, int event, int prog)
{
	int fd = bpf_link_create(prog, event, BPF_PERF_EVENT, NULL);

	if (fd >= 0)
		return attachment_add(a, fd);
	if (ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) < 0)
		return -errno;
	return 0;
}

static int attach_event(struct attachment *a, const struct probe_hook *h, int prog, bool once)
{
	struct event_request q = {
		.a = a, .once = once,
		.attr = {
			.type = h->event_type, .config = h->event_config, .size = sizeof q.attr,
			.sample_period = h->period, .disabled = 1,
			.exclude_user = h->no_user, .exclude_kernel = h->no_kernel,
		},
	};
	int r = for_each_cpu("/sys/devices/system/cpu/online", open_event, &q);

	if (r >= 0 && !a->nevents)
		r = -ENODEV;
	for (uint32_t i = 0; i < a->nevents && r >= 0; i++)
		r = link_event(a, a->fds[i], prog);
	return r;
}

// ---- by hook ---------------------------------------------------------------

static int attach_tp(struct attachment *a, const struct probe_hook *hook, int prog)
{
	(void)hook;
	return attachment_add(a, bpf_raw_tracepoint_open(NULL, prog));
}

static int attach_counter(struct attachment *a, const struct probe_hook *hook, int prog)
{
	return attach_event(a, hook, prog, false);
}

static int attach_clock(struct attachment *a, const struct probe_hook *hook, int prog)
{
	struct probe_hook clock = {
		.event_type = PERF_TYPE_SOFTWARE, .event_config = PERF_COUNT_SW_CPU_CLOCK,
		.period = hook->period, .no_kernel = hook->no_kernel,
	};

	return attach_event(a, &clock, prog, hook->kind == HOOK_TICK);
}

static int attach_packet(struct attachment *a, const struct probe_hook *hook, int prog)
{
	bool in = hook->kind == HOOK_PACKET_IN;
	CLEANUP(closep) int root = cgroup_root_open();

	if (root < 0)
		return root;
	return attachment_add(a, bpf_link_create(prog, root, in ? BPF_CGROUP_INET_INGRESS : BPF_CGROUP_INET_EGRESS, NULL));
}

static int (*const attach[])(struct attachment *, const struct probe_hook *, int) = {
	[HOOK_TP_BTF] = attach_tp,
	[HOOK_PERF_CLOCK] = attach_clock,
	[HOOK_TICK] = attach_clock,
	[HOOK_COUNTER] = attach_counter,
	[HOOK_PACKET_IN] = attach_packet,
	[HOOK_PACKET_OUT] = attach_packet,
};

int attachment_open(struct attachment *a, const struct probe_hook *hook, int prog)
{
	int r;

	*a = (struct attachment){ 0 };
	if ((unsigned)hook->kind >= NELEMS(attach) || !attach[hook->kind])
		return -EINVAL;
	r = attach[hook->kind](a, hook, prog);
	if (r < 0)
		attachment_close(a);
	return r;
}

int attachment_enable(const struct attachment *a)
{
	for (uint32_t i = 0; i < a->nevents; i++) {
		if (ioctl(a->fds[i], PERF_EVENT_IOC_ENABLE, 0) < 0)
			return -errno;
	}
	return 0;
}

void attachment_close(struct attachment *a)
{
	for (uint32_t i = a->nfds; i > 0; i--)
		close(a->fds[i - 1]);
	free(a->fds);
	*a = (struct attachment){ 0 };
}

int attach_run_once(int prog, pid_t tid)
{
	union bpf_iter_link_info info = { .task = { .tid = (uint32_t)tid } };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = &info, .iter_info_len = sizeof info);
	CLEANUP(closep) int link = bpf_link_create(prog, 0, BPF_TRACE_ITER, &opts);
	CLEANUP(closep) int iter = -1;
	char byte;

	if (link < 0)
		return link;
	iter = bpf_iter_create(link);
	if (iter < 0)
		return iter;
	while (read(iter, &byte, sizeof byte) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int attach_source_number(const char *path)
{
	CLEANUP(fclosep) FILE *f = fopen(path, "re");
	int n;

	if (!f)
		return -errno;
	return fscanf(f, "config:%d", &n) == 1 || fscanf(f, "%d", &n) == 1 ? n : -EINVAL;
}

int attach_link_event(int prog, int event, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = cookie);

	return bpf_link_create(prog, event, BPF_PERF_EVENT, &opts);
}

bool attach_is_preempted(enum hook_kind hook)
{
	return hook == HOOK_PACKET_IN || hook == HOOK_PACKET_OUT || hook_is_placed(hook) || hook_is_on_function(hook);
}

int attach_wait_for_grace(void)
{
	return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0 ? -errno : 0;
}

int attach_wait_for_cpus(void)
{
	CLEANUP(cpu_set_freep) cpu_set_t *own = NULL, *one = CPU_ALLOC(MAX_CPUS);
	size_t size = CPU_ALLOC_SIZE(MAX_CPUS);
	int r, here = sched_getcpu();

	if (!one)
		return -ENOMEM;
	r = own_cpus(&own);
	if (r < 0)
		return r;
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		if (cpu == here || !CPU_ISSET_S((size_t)cpu, size, own))
			continue;
		CPU_ZERO_S(size, one);
		CPU_SET_S((size_t)cpu, size, one);
		if (sched_setaffinity(0, size, one) < 0 && errno != EINVAL)
			r = -errno;
	}
	if (sched_setaffinity(0, size, own) < 0)
		r = -errno;
	// CPUs that this process may not use: the kernel waits for all, and for longer.
	if (r < 0 || CPU_COUNT_S(size, own) < sysconf(_SC_NPROCESSORS_ONLN))
		r = attach_wait_for_grace();
	return r;
}

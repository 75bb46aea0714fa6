// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A filter is a straight line of classic BPF: the architecture, then per call a
// compare that jumps over an allow; for some calls a test of one argument in
// between. The lists are data, and an architecture is one line.

#include "daemon/compile/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/util.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "name the audit architecture here"
#endif

enum test {
	ALWAYS,
	NO_EXEC,	// argument 2 has no PROT_EXEC
	SELF,		// argument 0 is this process
};

struct rule {
	int nr;
	enum test test;
};

// What libc does by itself in any process, and ending. sysinfo is qsort(), which
// wants to know how much memory there is; tgkill below is abort().
#define COMMON \
	{ __NR_read, ALWAYS }, { __NR_write, ALWAYS }, { __NR_writev, ALWAYS }, \
	{ __NR_sendmsg, ALWAYS }, { __NR_close, ALWAYS }, { __NR_mmap, NO_EXEC }, \
	{ __NR_mprotect, NO_EXEC }, { __NR_munmap, ALWAYS }, { __NR_mremap, ALWAYS }, \
	{ __NR_madvise, ALWAYS }, { __NR_brk, ALWAYS }, { __NR_futex, ALWAYS }, \
	{ __NR_getrandom, ALWAYS }, { __NR_clock_gettime, ALWAYS }, \
	{ __NR_rt_sigprocmask, ALWAYS }, { __NR_rt_sigreturn, ALWAYS }, \
	{ __NR_restart_syscall, ALWAYS }, { __NR_gettid, ALWAYS }, { __NR_getpid, ALWAYS }, \
	{ __NR_sysinfo, ALWAYS }, { __NR_exit, ALWAYS }, { __NR_exit_group, ALWAYS }

static const struct rule worker_rules[] = { COMMON, { __NR_tgkill, SELF } };

// Files that come by the socket.
static const struct rule reader_rules[] = {
	COMMON,
	{ __NR_tgkill, SELF },
	{ __NR_recvmsg, ALWAYS },
	{ __NR_lseek, ALWAYS },
	{ __NR_pread64, ALWAYS },
	{ __NR_fstat, ALWAYS },
#ifdef __NR_newfstatat
	{ __NR_newfstatat, ALWAYS },	// fstat() of newer libcs
#endif
};

// Forking, watching and limiting workers. A filter can be added to, so that a
// worker may still narrow its own.
static const struct rule zygote_rules[] = {
	COMMON,
	{ __NR_clone, ALWAYS },
	{ __NR_set_robust_list, ALWAYS },
	{ __NR_rseq, ALWAYS },
	{ __NR_wait4, ALWAYS },
	{ __NR_kill, ALWAYS },
	{ __NR_tgkill, ALWAYS },
	{ __NR_recvmsg, ALWAYS },
	{ __NR_ppoll, ALWAYS },
#ifdef __NR_poll
	{ __NR_poll, ALWAYS },
#endif
	{ __NR_signalfd4, ALWAYS },
	{ __NR_clock_nanosleep, ALWAYS },
	{ __NR_getppid, ALWAYS },
	{ __NR_prctl, ALWAYS },
	{ __NR_seccomp, ALWAYS },
	{ __NR_prlimit64, ALWAYS },
	{ __NR_setitimer, ALWAYS },
	{ __NR_dup3, ALWAYS },
	{ __NR_close_range, ALWAYS },
};

static const struct {
	const struct rule *rules;
	size_t n;
} lists[] = {
	[SECCOMP_ZYGOTE] = { zygote_rules, NELEMS(zygote_rules) },
	[SECCOMP_WORKER] = { worker_rules, NELEMS(worker_rules) },
	[SECCOMP_READER] = { reader_rules, NELEMS(reader_rules) },
};

enum { FILTER_MAX = 256, PER_RULE = 5 };

_Static_assert(NELEMS(zygote_rules) * PER_RULE + 8 < FILTER_MAX, "filter too long");

struct filter {
	struct sock_filter insns[FILTER_MAX];
	unsigned short n;
};

static void add(struct filter *f, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	f->insns[f->n++] = (struct sock_filter){ code, jt, jf, k };
}

static void add_load(struct filter *f, size_t offset)
{
	add(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void add_return(struct filter *f, uint32_t action)
{
	add(f, BPF_RET | BPF_K, action, 0, 0);
}

// The lower half of an argument: the upper one of a flag word or a pid that
// the kernel takes as an int is not looked at.
static size_t argument(int i)
{
	size_t low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;

	return offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)i + low;
}

static void add_rule(struct filter *f, const struct rule *r)
{
	uint32_t nr = (uint32_t)r->nr;

	switch (r->test) {
	case ALWAYS:
		add(f, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1);
		add_return(f, SECCOMP_RET_ALLOW);
		break;
	case NO_EXEC:
		add(f, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
		add_load(f, argument(2));
		add(f, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0);
		add_return(f, SECCOMP_RET_ALLOW);
		add_return(f, SECCOMP_RET_KILL_PROCESS);
		break;
	case SELF:
		add(f, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
		add_load(f, argument(0));
		add(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1);
		add_return(f, SECCOMP_RET_ALLOW);
		add_return(f, SECCOMP_RET_KILL_PROCESS);
		break;
	}
}

// Numbers of the x32 ABI have a high bit that no rule has, so they end in kill.
int seccomp_enter(enum seccomp_list list)
{
	struct filter f = { .n = 0 };
	struct sock_fprog program = { .filter = f.insns };

	add_load(&f, offsetof(struct seccomp_data, arch));
	add(&f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	add_return(&f, SECCOMP_RET_KILL_PROCESS);
	add_load(&f, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < lists[list].n; i++)
		add_rule(&f, &lists[list].rules[i]);
	add_return(&f, SECCOMP_RET_KILL_PROCESS);
	program.len = f.n;
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}

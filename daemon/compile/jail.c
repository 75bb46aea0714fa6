// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Each wall is a list of steps, in an order that matters: what needs rights
// comes before they go, and the filter comes last.

#include "daemon/compile/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/compile/seccomp.h"
#include "daemon/util.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

struct step {
	const char *what;
	int (*run)(void);
};

bool jail_filters(void)
{
	return !SANITIZED;
}

void jail_reset_signals(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2 };
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	for (size_t i = 0; i < NELEMS(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int jail_arrange_fds(int socket, int at, bool verbose)
{
	int null;

	if (socket != at && dup2(socket, at) < 0)
		return -errno;
	closefrom(at + 1);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
		(!verbose && dup2(null, STDERR_FILENO) < 0))
		return -errno;
	close(null);
	return 0;
}

static int set_limit(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit l = { .rlim_cur = soft, .rlim_max = hard };

	return setrlimit((__rlimit_resource_t)resource, &l) < 0 ? -errno : 0;
}

static int close_above(int last_fd)
{
	return syscall(__NR_close_range, (unsigned int)last_fd + 1, ~0u, 0) < 0 ? -errno : 0;
}

static int no_new_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int no_writes(void)
{
	int r = set_limit(RLIMIT_FSIZE, 0, 0);

	return r < 0 ? r : set_limit(RLIMIT_CORE, 0, 0);
}

// The workers, with room for what else runs as nobody.
static int few_processes(void)
{
	return set_limit(RLIMIT_NPROC, 1024, 1024);
}

static int no_processes(void)
{
	return set_limit(RLIMIT_NPROC, 0, 0);
}

static int drop_bounding_set(void)
{
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break;	// no CAP_SETPCAP: no_new_privs does for the same
	}
	return 0;
}

// Root of a user namespace is an ordinary user outside of it.
static bool is_root_inside(void)
{
	CLEANUP(closep) int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	unsigned int inside, outside;
	char text[64] = "";

	return fd >= 0 && read(fd, text, sizeof text - 1) > 0 &&
		sscanf(text, "%u %u", &inside, &outside) == 2 && inside == 0 && outside != 0;
}

// Without the right to change ids the caller is some service user already, or
// the namespace (of a container that builds something) has nobody else.
static int drop_ids(void)
{
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) < 0 || setresgid(JAIL_UID, JAIL_UID, JAIL_UID) < 0 ||
		setresuid(JAIL_UID, JAIL_UID, JAIL_UID) < 0)
		return is_root_inside() ? 0 : -errno;
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(__NR_capset, &h, d) < 0 ? -errno : 0;
}

// All that Landlock can forbid, by version of its interface. Newer headers than
// those of the build machine have more fields; they are spelled out here.
static int landlock(void)
{
	struct {
		uint64_t fs, net, scoped;
	} rules = { 0 };
	static const size_t size_by_abi[] = { 0, 8, 8, 8, 16, 16, 24 };
	static const int bits_by_abi[] = { 0, 13, 14, 15, 15, 16, 16 };
	long abi = syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	CLEANUP(closep) int fd = -1;

	if (abi < 1)
		return 0;	// not in this kernel; the filter forbids the same
	if (abi > 6)
		abi = 6;
	rules.fs = (UINT64_C(1) << bits_by_abi[abi]) - 1;
	rules.net = 3;		// bind, connect
	rules.scoped = 3;	// abstract sockets, signals
	fd = (int)syscall(__NR_landlock_create_ruleset, &rules, size_by_abi[abi], 0);
	if (fd < 0)
		return -errno;
	return syscall(__NR_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}

static int die_with_parent(void)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ? -errno : 0;
}

static int not_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

static int filter_zygote(void)
{
	return SANITIZED ? 0 : seccomp_enter(SECCOMP_ZYGOTE);
}

// The filter of the zygote stays in force: a worker's calls must pass both.
static int filter_worker(void)
{
	return SANITIZED ? 0 : seccomp_enter(SECCOMP_WORKER);
}

static int filter_reader(void)
{
	return SANITIZED ? 0 : seccomp_enter(SECCOMP_READER);
}

static const struct step zygote_steps[] = {
	{ "no_new_privs", no_new_privileges },
	{ "file size and core limits", no_writes },
	{ "process limit", few_processes },
	{ "the capability bounding set", drop_bounding_set },
	{ "user and group ids", drop_ids },
	{ "capabilities", drop_capabilities },
	{ "Landlock", landlock },
	{ "parent death signal", die_with_parent },
	{ "dumpable", not_dumpable },
	{ "seccomp", filter_zygote },
};

static const struct step reader_steps[] = {
	{ "no_new_privs", no_new_privileges },
	{ "file size and core limits", no_writes },
	{ "the capability bounding set", drop_bounding_set },
	{ "user and group ids", drop_ids },
	{ "capabilities", drop_capabilities },
	{ "process limit", no_processes },
	{ "Landlock", landlock },
	{ "parent death signal", die_with_parent },
	{ "dumpable", not_dumpable },
	{ "seccomp", filter_reader },
};

static int run_steps(int last_fd, const struct step *steps, size_t n, const char **what)
{
	int r = close_above(last_fd);

	*what = "closing file descriptors";
	for (size_t i = 0; r == 0 && i < n; i++) {
		*what = steps[i].what;
		r = steps[i].run();
	}
	return r;
}

int jail_enter(int last_fd, const char **what)
{
	return run_steps(last_fd, zygote_steps, NELEMS(zygote_steps), what);
}

static int set_timer(int which, uint32_t ms)
{
	struct itimerval t = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

	return setitimer((__itimer_which_t)which, &t, NULL) < 0 ? -errno : 0;
}

// The timer stops it in time; the limit behind it cannot be blocked.
static int limit_time(const struct jail_limits *l)
{
	rlim_t seconds = l->cpu_ms / 1000 + 1;
	int r = set_timer(ITIMER_REAL, l->wall_ms);

	if (r == 0)
		r = set_timer(ITIMER_PROF, l->cpu_ms);
	return r < 0 ? r : set_limit(RLIMIT_CPU, seconds, seconds + 1);
}

uint64_t jail_mapped(void)
{
	CLEANUP(closep) int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[64] = "";

	if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
		return UINT64_C(64) << 20;
	return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

// The address space of a sanitizer is larger than any limit.
static int limit_memory(uint64_t bytes)
{
	return SANITIZED ? 0 : set_limit(RLIMIT_AS, bytes, bytes);
}

int jail_reader(int last_fd, uint64_t memory, const char **what)
{
	int r = limit_memory(jail_mapped() + memory);

	*what = "memory limit";
	return r < 0 ? r : run_steps(last_fd, reader_steps, NELEMS(reader_steps), what);
}

int jail_worker(int last_fd, uint64_t mapped, const struct jail_limits *l, const char **what)
{
	int r = close_above(last_fd);

	*what = "closing file descriptors";
	if (r == 0 && (*what = "time limits"))
		r = limit_time(l);
	if (r == 0 && (*what = "memory limit"))
		r = limit_memory(mapped + l->memory);
	if (r == 0 && (*what = "file descriptor limit"))
		r = set_limit(RLIMIT_NOFILE, (rlim_t)last_fd + 1, (rlim_t)last_fd + 1);
	if (r == 0 && (*what = "process limit"))
		r = no_processes();
	if (r == 0 && (*what = "seccomp"))
		r = filter_worker();
	return r;
}

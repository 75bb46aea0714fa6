// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Guards of confined programs: which threads they let through, and what the body
// is told. A child becomes the user that a guard is for; then it changes one thing
// at a time, and its calls are counted. Needs root.

#include <bpf/bpf.h>
#include <check.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/clock.h"
#include "daemon/kernel/fields.h"
#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/policy/guard.h"
#include "tests/unit/suite.h"

enum { USER = 4321, GROUP = 4322, CALLS = 50, RUNS = 0x100, SLOTS = 0x108 };	// in the guard's page

static int map, self_map, prog;
static uint8_t *page;
static struct jiffies_clock jiffies;
static struct attachment at;
static struct kernel_fields fields;
static struct guard_identity who;

static uint64_t *word(uint32_t offset)
{
	return (uint64_t *)(void *)(page + offset);
}

static void setup(void)
{
	const char *missing;
	uint64_t lease;

	ck_assert_int_eq(kernel_fields_read(&fields, &missing), 0);
	who = (struct guard_identity){ .fields = &fields, .class = PROBE_CLASS_USER, .uid = USER, .gid = GROUP };
	map = map_open_shared("guard", GUARD_MAP_SIZE, 1);
	self_map = map_open_task_storage("self", 8);
	ck_assert_int_ge(map, 0);
	ck_assert_int_ge(self_map, 0);
	page = mmap(NULL, GUARD_MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	ck_assert_ptr_ne(page, MAP_FAILED);
	ck_assert_int_eq(jiffies_clock_open(&jiffies), 0);
	ck_assert_int_eq(jiffies_clock_after(&jiffies, 30000, &lease), 0);
	*word(GUARD_LEASE) = lease;
	*word(GUARD_ENABLED) = 1;
	at = (struct attachment){ 0 };
	prog = -1;
}

static void teardown(void)
{
	attachment_close(&at);
	if (prog >= 0)
		close(prog);
	jiffies_clock_close(&jiffies);
	munmap(page, GUARD_MAP_SIZE);
	close(map);
	close(self_map);
}

static struct guard_request request(const struct slot_source *slots, uint32_t nslots)
{
	return (struct guard_request){
		.hook = HOOK_TP_BTF, .nctx = 2, .slots = slots, .nslots = nslots, .map = map, .identity = &who,
		.btf_id = fields.tracepoints[TRACE_SYS_ENTER], .self = self_map,
	};
}

// The body runs on getppid() alone, counts, and keeps the slots but the first.
static void load(const struct slot_source *more, uint32_t nmore)
{
	static char log[65536];
	struct slot_source slots[GUARD_MAX_SLOTS] = { { ARG_SYSCALL_NR, 1, 0 } };
	struct bpf_insn insns[GUARD_MAX_INSNS + 64], *p;
	struct probe_hook hook = { .kind = HOOK_TP_BTF };
	struct guard_request q = request(slots, nmore + 1);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_RAW_TP,
		.attach_btf_id = q.btf_id, .log_buf = log, .log_size = sizeof log, .log_level = 1);
	int n;

	for (uint32_t i = 0; i < nmore; i++)
		slots[i + 1] = more[i];
	n = guard_generate(&q, insns);
	ck_assert_int_gt(n, 0);
	ck_assert_int_le(n, GUARD_MAX_INSNS);
	p = insns + n;
	*p++ = insn_load(BPF_DW, BPF_REG_2, BPF_REG_10, -8);
	*p++ = insn_jump_imm(BPF_JNE, BPF_REG_2, SYS_getppid, (int16_t)(4 + 2 * nmore));
	p = insn_map_value(p, BPF_REG_1, map, 0);
	*p++ = insn_mov_imm(BPF_REG_3, 1);
	*p++ = insn_atomic_add(BPF_REG_1, RUNS, BPF_REG_3);
	for (uint32_t i = 0; i < nmore; i++) {
		*p++ = insn_load(BPF_DW, BPF_REG_3, BPF_REG_10, (int16_t)(-16 - 8 * (int)i));
		*p++ = insn_store(BPF_REG_1, (int16_t)(SLOTS + 8 * i), BPF_REG_3);
	}
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "guard", "Dual BSD/GPL", insns, (size_t)(p - insns), &opts);
	ck_assert_msg(prog >= 0, "%s", log);
	ck_assert_int_eq(attachment_open(&at, &hook, prog), 0);
}

// ---- who is seen ---------------------------------------------------------------

enum { CANNOT = 77 };

static int drop_caps(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };

	return (int)syscall(SYS_capset, &header, none);
}

// After a change of ids they are permitted only.
static int raise_caps(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective = data[0].permitted;
	data[1].effective = data[1].permitted;
	return (int)syscall(SYS_capset, &header, data);
}

static int become(uid_t real, uid_t effective, uid_t saved)
{
	return setresuid(real, effective, saved) || drop_caps();
}

static int as_user(void)
{
	return become(USER, USER, USER);
}

static int as_other(void)
{
	return become(USER + 1, USER + 1, USER + 1);
}

static int real_other(void)
{
	return become(USER + 1, USER, USER);
}

static int effective_other(void)
{
	return become(USER, USER + 1, USER);
}

static int saved_root(void)
{
	return become(USER, USER, 0);
}

static int fs_other(void)
{
	return setresuid(USER, USER, USER) || raise_caps() || setfsuid(USER + 1) != USER ||
		setfsuid((uid_t)-1) != USER + 1 || drop_caps();
}

static int real_group(void)
{
	return setresgid(0, GROUP, GROUP) || as_user();
}

static int effective_group(void)
{
	return setresgid(GROUP, 0, GROUP) || as_user();
}

static int saved_group(void)
{
	return setresgid(GROUP, GROUP, 0) || as_user();
}

static int fs_group(void)
{
	return (setfsgid(0), 0) || as_user();
}

static int with_capabilities(void)
{
	return setresuid(USER, USER, USER);
}

static int in_a_namespace(void)
{
	if (as_user() || prctl(PR_SET_DUMPABLE, 1))
		return -1;
	if (unshare(CLONE_NEWUSER))
		_exit(CANNOT);
	return drop_caps();
}

// How often the body ran for a child that did this and then called.
static uint64_t runs_of(int (*change)(void), bool dumpable)
{
	uint64_t before = *word(RUNS);
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (setgroups(0, NULL) || setresgid(GROUP, GROUP, GROUP) || prctl(PR_SET_KEEPCAPS, 1) || change() ||
			prctl(PR_SET_DUMPABLE, dumpable))
			_exit(1);
		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		return 0;
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	return *word(RUNS) - before;
}

// Each differs in one thing from the first, and each test of the guard's is what one of them needs.
START_TEST(only_threads_that_are_wholly_the_users)
{
	load(NULL, 0);
	ck_assert_uint_eq(runs_of(as_user, true), CALLS);
	ck_assert_uint_eq(runs_of(as_user, false), 0);
	ck_assert_uint_eq(runs_of(as_other, true), 0);
	ck_assert_uint_eq(runs_of(real_other, true), 0);
	ck_assert_uint_eq(runs_of(effective_other, true), 0);
	ck_assert_uint_eq(runs_of(saved_root, true), 0);
	ck_assert_uint_eq(runs_of(fs_other, true), 0);
	ck_assert_uint_eq(runs_of(real_group, true), 0);
	ck_assert_uint_eq(runs_of(effective_group, true), 0);
	ck_assert_uint_eq(runs_of(saved_group, true), 0);
	ck_assert_uint_eq(runs_of(fs_group, true), 0);
	ck_assert_uint_eq(runs_of(with_capabilities, true), 0);
	ck_assert_uint_eq(runs_of(in_a_namespace, true), 0);
}
END_TEST

// ---- what is told --------------------------------------------------------------

START_TEST(the_body_is_told_of_the_thread)
{
	struct slot_source s[CURRENT_N + 1];
	char name[17] = { 0 };
	pid_t pid;
	int status, out[2];
	uint32_t ids[2];

	for (uint16_t i = 0; i < CURRENT_N; i++)
		s[i] = (struct slot_source){ ARG_CURRENT, i, 0 };
	s[CURRENT_N] = (struct slot_source){ ARG_CTX, 1, 0 };
	load(s, CURRENT_N + 1);
	ck_assert_int_eq(pipe(out), 0);
	pid = fork();
	if (!pid) {
		ids[0] = (uint32_t)getpid();
		ids[1] = (uint32_t)gettid();
		if (setgroups(0, NULL) || setresgid(GROUP, GROUP, GROUP) || as_user() || prctl(PR_SET_DUMPABLE, 1) ||
			prctl(PR_SET_NAME, "a longish name") || write(out[1], ids, sizeof ids) != sizeof ids)
			_exit(1);
		syscall(SYS_getppid);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(read(out[0], ids, sizeof ids), sizeof ids);
	ck_assert_uint_eq(*word(RUNS), 1);
	ck_assert_uint_eq(*word(SLOTS + 8 * CURRENT_PID), ids[0]);
	ck_assert_uint_eq(*word(SLOTS + 8 * CURRENT_TID), ids[1]);
	ck_assert_uint_eq(*word(SLOTS + 8 * CURRENT_PPID), (uint64_t)getpid());
	ck_assert_uint_eq(*word(SLOTS + 8 * CURRENT_UID), USER);
	ck_assert_uint_eq(*word(SLOTS + 8 * CURRENT_GID), GROUP);
	ck_assert_uint_ne(*word(SLOTS + 8 * CURRENT_BEGAN), 0);
	ck_assert_uint_ne(*word(SLOTS + 8 * CURRENT_THREAD_BEGAN), 0);
	memcpy(name, word(SLOTS + 8 * CURRENT_NAME), 16);
	ck_assert_str_eq(name, "a longish name");
	ck_assert_uint_eq(*word(SLOTS + 8 * CURRENT_N), SYS_getppid);
	close(out[0]);
	close(out[1]);
}
END_TEST

START_TEST(what_is_not_the_users_is_refused)
{
	static const struct slot_source bad[] = {
		{ ARG_CTX, 0, 0 },		// where the kernel has the registers
		{ ARG_REGS, 1, 0 }, { ARG_TASK, 0, 0 }, { ARG_COUNTER_ADDR, 0, 0 }, { ARG_PARAM, 0, 0 },
		{ ARG_CURRENT, CURRENT_N, 0 }, { ARG_PACKET, 0, 0 },
	};
	struct bpf_insn insns[GUARD_MAX_INSNS];
	struct slot_source s = { ARG_CTX, 1, 0 };
	struct guard_request q = request(&s, 1);

	ck_assert_int_gt(guard_generate(&q, insns), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		q.slots = &bad[i];
		ck_assert_int_eq(guard_generate(&q, insns), -EINVAL);
	}
	q.slots = &s;
	q.btf_id++;			// another tracepoint
	ck_assert_int_eq(guard_generate(&q, insns), -EINVAL);
	q.btf_id--;
	who.class = PROBE_CLASS_PROC;	// has no system calls
	ck_assert_int_eq(guard_generate(&q, insns), -EINVAL);
	q.nslots = 0;
	for (enum hook_kind hook = 0; hook < HOOK_ERROR; hook++) {
		bool may = hook == HOOK_BEGIN || hook == HOOK_END || hook == HOOK_TICK || hook == HOOK_UPROBE ||
			hook == HOOK_URETPROBE;

		q.hook = hook;
		q.btf_id = fields.task_iterator;
		ck_assert_int_eq(guard_generate(&q, insns) > 0, may);
		q.btf_id = 1;
		ck_assert_int_eq(guard_generate(&q, insns) > 0, may && hook != HOOK_BEGIN && hook != HOOK_END);
	}
}
END_TEST

START_TEST(a_tick_is_about_nobody)
{
	struct bpf_insn insns[GUARD_MAX_INSNS];
	struct slot_source s = { ARG_CURRENT, CURRENT_UID, 0 };
	struct guard_request q = request(&s, 1);

	q.hook = HOOK_TICK;
	ck_assert_int_eq(guard_generate(&q, insns), -EINVAL);
	s = (struct slot_source){ ARG_SELF, 3, 0 };
	ck_assert_int_eq(guard_generate(&q, insns), -EINVAL);
	s = (struct slot_source){ ARG_CLOCK_UPC, 0, 0 };
	ck_assert_int_gt(guard_generate(&q, insns), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("confined");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, only_threads_that_are_wholly_the_users);
	tcase_add_test(t, the_body_is_told_of_the_thread);
	tcase_add_test(t, what_is_not_the_users_is_refused);
	tcase_add_test(t, a_tick_is_about_nobody);
	return suite_run_as_root("confined", t);
}

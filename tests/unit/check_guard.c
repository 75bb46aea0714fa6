// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The guard, with a body that counts how often it runs and keeps its first
// argument slot: what the verifier says to it, when it lets the body run, and
// what it fills in. Needs root.

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <check.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/kernel/arch.h"
#include "daemon/kernel/attach.h"
#include "daemon/kernel/clock.h"
#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/kernel/uprobe.h"
#include "daemon/policy/guard.h"
#include "daemon/sym/places.h"
#include "daemon/util.h"
#include "tests/unit/hand_object.h"
#include "tests/unit/suite.h"

enum { RUNS = 0x100, SLOT = 0x108, ONLY_PID = 0x110 };	// in the guard's page, for this test

static int map, prog;
static uint8_t *page;
static struct jiffies_clock jiffies;
static struct attachment at;

static const struct probe_hook tracepoint = { .kind = HOOK_TP_BTF };

static uint64_t *word(uint32_t offset)
{
	return (uint64_t *)(void *)(page + offset);
}

static void setup(void)
{
	uint64_t lease;

	map = map_open_shared("guard", GUARD_MAP_SIZE, 1);
	ck_assert_int_ge(map, 0);
	page = mmap(NULL, GUARD_MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	ck_assert_ptr_ne(page, MAP_FAILED);
	ck_assert_int_eq(jiffies_clock_open(&jiffies), 0);
	ck_assert_int_eq(jiffies_clock_after(&jiffies, 5000, &lease), 0);
	*word(GUARD_LEASE) = lease;
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
}

// Counts runs in this process (or in all, for ONLY_PID 0) and keeps slot 0.
static struct bpf_insn *put_body(struct bpf_insn *p, bool has_slot)
{
	*p++ = insn_call(BPF_FUNC_get_current_pid_tgid);
	*p++ = insn_alu_imm(BPF_RSH, BPF_REG_0, 32);
	p = insn_map_value(p, BPF_REG_1, map, 0);
	*p++ = insn_load(BPF_DW, BPF_REG_2, BPF_REG_1, ONLY_PID);
	*p++ = insn_jump_imm(BPF_JEQ, BPF_REG_2, 0, 1);
	*p++ = insn_jump_reg(BPF_JNE, BPF_REG_2, BPF_REG_0, (int16_t)(has_slot ? 4 : 2));
	*p++ = insn_mov_imm(BPF_REG_3, 1);
	*p++ = insn_atomic_add(BPF_REG_1, RUNS, BPF_REG_3);
	if (has_slot) {
		*p++ = insn_load(BPF_DW, BPF_REG_3, BPF_REG_10, -8);
		*p++ = insn_store(BPF_REG_1, SLOT, BPF_REG_3);
	}
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	return p;
}

static void load(enum hook_kind hook, const struct slot_source *slots, uint32_t nslots)
{
	struct guard_request q = { .hook = hook, .nctx = 2, .slots = slots, .nslots = nslots, .map = map };
	struct bpf_insn insns[GUARD_MAX_INSNS + 32], *p = insns;
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	enum bpf_prog_type type = BPF_PROG_TYPE_TRACING;
	static char log[65536];
	int n = guard_generate(&q, insns);

	ck_assert_int_gt(n, 0);
	ck_assert_int_le(n, GUARD_MAX_INSNS);
	// A task pointer must not become data in a map.
	p = put_body(insns + n, nslots && slots[0].kind != ARG_TASK);
	p[-2].imm = guard_result(hook);
	if (hook == HOOK_TP_BTF) {
		opts.expected_attach_type = BPF_TRACE_RAW_TP;
		opts.attach_btf_id = hand_btf_id(slots && slots[0].kind != ARG_SYSCALL_NR &&
			slots[0].b == 99 ? "btf_trace_sys_exit" : "btf_trace_sys_enter", BTF_KIND_TYPEDEF);
	} else if (hook == HOOK_BEGIN) {
		opts.expected_attach_type = BPF_TRACE_ITER;
		opts.attach_btf_id = hand_btf_id("bpf_iter_task", BTF_KIND_FUNC);
	} else if (hook == HOOK_PACKET_OUT) {
		type = BPF_PROG_TYPE_CGROUP_SKB;
		opts.expected_attach_type = BPF_CGROUP_INET_EGRESS;
	} else if (hook == HOOK_UPROBE || hook == HOOK_URETPROBE) {
		type = BPF_PROG_TYPE_KPROBE;
		opts.expected_attach_type = (enum bpf_attach_type)(uprobe_has_multi() ? UPROBE_MULTI : 0);
	} else {
		type = BPF_PROG_TYPE_PERF_EVENT;
	}
	opts.log_buf = log;
	opts.log_size = sizeof log;
	opts.log_level = 1;
	prog = bpf_prog_load(type, "guard", "Dual BSD/GPL", insns, (size_t)(p - insns), &opts);
	ck_assert_msg(prog >= 0, "%s", log);
}

// Calls n times, and returns how often the body ran meanwhile.
static uint64_t fire(int n)
{
	uint64_t before = *word(RUNS);

	for (int i = 0; i < n; i++)
		syscall(SYS_getppid);
	return *word(RUNS) - before;
}

START_TEST(words_decide)
{
	uint64_t lease = *word(GUARD_LEASE);

	load(HOOK_TP_BTF, NULL, 0);
	*word(ONLY_PID) = (uint64_t)getpid();
	ck_assert_int_eq(attachment_open(&at, &tracepoint, prog), 0);
	ck_assert_uint_eq(fire(100), 0);
	*word(GUARD_EDGE) = 1;
	ck_assert_uint_eq(fire(100), 0);
	*word(GUARD_ENABLED) = 1;
	ck_assert_uint_eq(fire(100), 100);
	*word(GUARD_LEASE) = lease - 10 * jiffies.hz;
	ck_assert_uint_eq(fire(100), 0);
	*word(GUARD_LEASE) = lease;
	ck_assert_uint_eq(fire(100), 100);
}
END_TEST

START_TEST(system_call_numbers)
{
	struct slot_source s = { ARG_SYSCALL_NR, 1, 0 };

	load(HOOK_TP_BTF, &s, 1);
	*word(ONLY_PID) = (uint64_t)getpid();
	*word(GUARD_ENABLED) = 1;
	ck_assert_int_eq(attachment_open(&at, &tracepoint, prog), 0);
	fire(1);
	*word(GUARD_ENABLED) = 0;
	ck_assert_uint_eq(*word(SLOT), SYS_getppid);
	ck_assert_uint_eq(*word(GUARD_COMPAT), 0);
}
END_TEST

#ifdef __x86_64__
// Calls getppid from 32-bit code, by way of a page in the low 4 GB: 64-bit code
// that changes the stack and calls far into 32-bit code behind it.
static void call_in_32_bits(void)
{
	static const uint8_t code[] = {
		0x41, 0x54,				// push %r12
		0x49, 0x89, 0xe4,			// mov %rsp, %r12
		0xbc, 0, 0, 0, 0,			// mov $stack, %esp
		0xff, 0x1d, 6, 0, 0, 0,			// lcall *far(%rip)
		0x4c, 0x89, 0xe4,			// mov %r12, %rsp
		0x41, 0x5c,				// pop %r12
		0xc3,					// ret
		0, 0, 0, 0, 0x23, 0,			// far: 32-bit code segment
		0xb8, 64, 0, 0, 0,			// mov $getppid, %eax
		0xcd, 0x80,				// int $0x80
		0xcb,					// lret
	};
	uint8_t *low = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint32_t stack, target;
	void (*run)(void);

	ck_assert_ptr_ne(low, MAP_FAILED);
	stack = (uint32_t)(uintptr_t)low + 8000;
	target = (uint32_t)(uintptr_t)low + 28;
	memcpy(low, code, sizeof code);
	memcpy(low + 6, &stack, 4);
	memcpy(low + 22, &target, 4);
	memcpy(&run, &low, sizeof run);
	run();
	munmap(low, 8192);
}

// qemu's emulation takes the kernel down when a 32-bit caller is refused.
static bool is_emulated(void)
{
	CLEANUP(fclosep) FILE *f = fopen("/proc/cpuinfo", "re");
	char line[4096];

	while (f && fgets(line, sizeof line, f))
		if (strstr(line, "QEMU TCG"))
			return true;
	return false;
}

// Some kernels have no 32-bit calls at all.
static bool has_32_bits(void)
{
	int status = 1;
	pid_t pid;

	if (is_emulated())
		return false;
	pid = fork();
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		call_in_32_bits();
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && !status;
}

// x32 numbers and 32-bit callers count and do not reach the body.
START_TEST(other_abis_are_counted)
{
	struct slot_source s = { ARG_SYSCALL_NR, 1, 0 };
	long x32 = 0x40000000 | SYS_getppid;
	uint64_t runs, count;

	load(HOOK_TP_BTF, &s, 1);
	*word(ONLY_PID) = (uint64_t)getpid();
	ck_assert_int_eq(attachment_open(&at, &tracepoint, prog), 0);
	*word(GUARD_ENABLED) = 1;
	for (int i = 0; i < 10; i++)
		syscall(x32);
	runs = *word(RUNS);
	count = *word(GUARD_COMPAT);
	ck_assert_uint_eq(runs, 0);
	ck_assert_uint_ge(count, 10);
	if (!has_32_bits())
		return;
	count = *word(GUARD_COMPAT);
	for (int i = 0; i < 10; i++)
		call_in_32_bits();
	ck_assert_uint_ge(*word(GUARD_COMPAT), count + 10);
}
END_TEST

START_TEST(registers_and_words)
{
	struct slot_source s[3] = {
		{ ARG_REGS, 0, offsetof(struct pt_regs, rdi) }, { ARG_CTX, 1, 0 }, { ARG_ZERO, 0, 0 },
	};

	load(HOOK_TP_BTF, s, 3);
	*word(ONLY_PID) = (uint64_t)getpid();
	*word(GUARD_ENABLED) = 1;
	ck_assert_int_eq(attachment_open(&at, &tracepoint, prog), 0);
	syscall(SYS_getppid, 0x1234567890abcdefull);
	*word(GUARD_ENABLED) = 0;
	ck_assert_uint_eq(*word(SLOT), 0x1234567890abcdefull);
}
END_TEST
#endif

// On sys_enter the second word is the number: any value will do as a "result".
static void check_result(enum arg_source kind, long value, uint64_t expected)
{
	struct slot_source s = { kind, 1, 0 };

	load(HOOK_TP_BTF, &s, 1);
	*word(ONLY_PID) = (uint64_t)getpid();
	ck_assert_int_eq(attachment_open(&at, &tracepoint, prog), 0);
	*word(GUARD_ENABLED) = 1;
	syscall(value);
	*word(GUARD_ENABLED) = 0;
	ck_assert_uint_eq(*word(SLOT), expected);
	attachment_close(&at);
	close(prog);
	prog = -1;
}

START_TEST(results_and_errors)
{
	check_result(ARG_SYSCALL_RET, SYS_getppid, SYS_getppid);
	check_result(ARG_SYSCALL_RET, -22, (uint64_t)-1);
	check_result(ARG_SYSCALL_RET, -4095, (uint64_t)-1);
	check_result(ARG_SYSCALL_ERRNO, -22, 22);
	check_result(ARG_SYSCALL_ERRNO, -4095, 4095);
	check_result(ARG_SYSCALL_ERRNO, SYS_getppid, 0);
}
END_TEST

START_TEST(clocks_see_where_it_was)
{
	static const enum arg_source kinds[] = { ARG_CLOCK_UPC, ARG_CLOCK_KPC };
	static const enum hook_kind hooks[] = { HOOK_PERF_CLOCK, HOOK_TICK };

	for (int i = 0; i < 2; i++) {
		struct slot_source s = { kinds[i], 0, 0 };
		struct probe_hook hook = { .kind = hooks[i], .period = 1000000 };

		*word(GUARD_ENABLED) = 1;
		*word(ONLY_PID) = 0;
		*word(RUNS) = 0;
		load(hooks[i], &s, 1);
		ck_assert_int_eq(attachment_open(&at, &hook, prog), 0);
		usleep(20000);
		ck_assert_uint_eq(*word(RUNS), 0);
		ck_assert_int_eq(attachment_enable(&at), 0);
		for (int k = 0; k < 200 && *word(RUNS) < 5; k++)
			usleep(1000);
		attachment_close(&at);
		ck_assert_uint_ge(*word(RUNS), 5);
		// A user pc is below the kernel's half, a kernel pc is not; or it is 0.
		ck_assert(!*word(SLOT) || (*word(SLOT) >> 63) == (uint64_t)i);
		close(prog);
		prog = -1;
	}
}
END_TEST

// Not through the sanitizer's shadow, whose pages fault, too.
static __attribute__((noinline, no_sanitize_address)) void touch(char *p)
{
	*p = 1;
}

START_TEST(counters_count_each_event)
{
	struct slot_source s = { ARG_COUNTER_ADDR, 0, 0 };
	struct probe_hook faults = {
		.kind = HOOK_COUNTER, .period = 1, .event_type = PERF_TYPE_SOFTWARE,
		.event_config = PERF_COUNT_SW_PAGE_FAULTS_MIN, .no_kernel = true,
	};
	char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	madvise(p, 65536, MADV_NOHUGEPAGE);
	*word(GUARD_ENABLED) = 1;
	*word(ONLY_PID) = (uint64_t)getpid();
	load(HOOK_COUNTER, &s, 1);
	ck_assert_int_eq(attachment_open(&at, &faults, prog), 0);
	ck_assert_int_eq(attachment_enable(&at), 0);
	for (uint64_t i = 0; i < 16; i++) {
		uint64_t before = *word(RUNS), after, address;

		touch(&p[4096 * i + 5]);
		after = *word(RUNS);
		address = *word(SLOT);
		ck_assert_uint_ge(after, before + 1);
		if (i < 8)
			continue;	// what the test itself touches for the first time faults, too
		ck_assert_uint_eq(after, before + 1);
		ck_assert_uint_eq(address, (uint64_t)(uintptr_t)&p[4096 * i + 5]);
	}
	munmap(p, 65536);
}
END_TEST

// A datagram to a socket of this process. False: it did not arrive.
static bool send_packet(int fd, const struct sockaddr_in *to)
{
	char c = 'x';

	ck_assert_int_eq(sendto(fd, &c, 1, 0, (const struct sockaddr *)to, sizeof *to), 1);
	return recv(fd, &c, 1, MSG_DONTWAIT) == 1;
}

START_TEST(packets_always_pass)
{
	struct slot_source s = { ARG_PACKET, 0, 0 };
	struct probe_hook hook = { .kind = HOOK_PACKET_OUT };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof to;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&to, &len), 0);
	*word(ONLY_PID) = (uint64_t)getpid();
	load(HOOK_PACKET_OUT, &s, 1);
	ck_assert_int_eq(attachment_open(&at, &hook, prog), 0);
	ck_assert(send_packet(fd, &to));
	ck_assert_uint_eq(*word(RUNS), 0);
	*word(GUARD_ENABLED) = 1;
	for (uint64_t i = 0; i < 10; i++) {
		ck_assert(send_packet(fd, &to));
		ck_assert_uint_eq(*word(RUNS), i + 1);
	}
	ck_assert_uint_eq(*word(SLOT) >> 63, 1);	// an address of the kernel
	attachment_close(&at);
	close(prog);
	for (uint16_t a = 0; a < 2; a++) {
		s = (struct slot_source){ ARG_PACKET_SOCK, a, 0 };
		load(HOOK_PACKET_OUT, &s, 1);
		ck_assert_int_eq(attachment_open(&at, &hook, prog), 0);
		ck_assert(send_packet(fd, &to));
		ck_assert_uint_eq(*word(SLOT), a ? SOCK_DGRAM : IPPROTO_UDP);
		attachment_close(&at);
		close(prog);
	}
	prog = -1;
	close(fd);
}
END_TEST

START_TEST(begin_runs_once_for_the_task)
{
	struct slot_source s = { ARG_TASK, 0, 0 };

	load(HOOK_BEGIN, &s, 1);
	*word(GUARD_ENABLED) = 1;
	ck_assert_int_eq(attach_run_once(prog, getpid()), 0);
	ck_assert_uint_eq(*word(RUNS), 0);	// that takes the edge word
	*word(GUARD_EDGE) = 1;
	ck_assert_int_eq(attach_run_once(prog, getpid()), 0);
	ck_assert_uint_eq(*word(RUNS), 1);
	ck_assert_int_eq(attach_run_once(prog, getppid()), 0);
	ck_assert_uint_eq(*word(RUNS), 2);
}
END_TEST

START_TEST(slots_that_do_not_fit)
{
	struct slot_source bad[] = {
		{ ARG_CTX, 2, 0 }, { ARG_REGS, 0, 4 }, { ARG_REGS, 0, ARCH_REGS_SIZE },
		{ ARG_CLOCK_UPC, 0, 0 }, { ARG_TASK, 0, 0 }, { (enum arg_source)99, 0, 0 },
		{ ARG_SYSCALL_NR, 1, 1 }, { ARG_SYSCALL_NR, 0, 2 },
	};
	struct slot_source twice[] = { { ARG_SYSCALL_NR, 1, 0 }, { ARG_SYSCALL_NR, 1, 0 } };
	struct guard_request q = { .hook = HOOK_TP_BTF, .nctx = 2, .slots = twice, .nslots = 2, .map = map };
	struct bpf_insn insns[GUARD_MAX_INSNS];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert(!guard_slot_fits(HOOK_TP_BTF, 2, &bad[i]));
	ck_assert_int_lt(guard_generate(&q, insns), 0);
}
END_TEST

// The longest guard stays inside its array.
START_TEST(all_slots_at_their_longest)
{
	struct slot_source s[GUARD_MAX_SLOTS];

	for (int i = 0; i < GUARD_MAX_SLOTS; i++)
		s[i] = (struct slot_source){ ARG_SYSCALL_ERRNO, 1, 0 };
	s[0].kind = ARG_SYSCALL_NR;
	load(HOOK_TP_BTF, s, GUARD_MAX_SLOTS);
}
END_TEST

// The longest description of an argument, in all slots; the verifier takes it.
START_TEST(arguments_of_programs_at_their_longest)
{
	static const struct place_arg longest = { .kind = PLACE_ARG_MEM, .size = 4, .is_signed = true,
		.reg = ARCH_REGS_PC, .index = ARCH_REGS_PC + 1, .scale = 8, .disp = INT64_MIN };
	struct slot_source s[GUARD_MAX_SLOTS];
	struct guard_request q = { .hook = HOOK_UPROBE, .slots = s, .nslots = GUARD_MAX_SLOTS, .args = &longest,
		.nargs = 1, .map = map };
	struct bpf_insn insns[GUARD_MAX_INSNS + 2], *p = insns;
	int n, fd;

	for (int i = 0; i < GUARD_MAX_SLOTS; i++)
		s[i] = (struct slot_source){ ARG_PLACED, 0, 0 };
	n = guard_generate(&q, insns);
	ck_assert_int_gt(n, 0);
	ck_assert_int_le(n, GUARD_MAX_INSNS);
	p += n;
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "places", "GPL", insns, (size_t)(p - insns), NULL);
	ck_assert_int_ge(fd, 0);
	close(fd);
}
END_TEST

// ---- user probes -------------------------------------------------------------

static __attribute__((noinline)) long nine(long a, long b, long c, long d, long e, long f, long g, long h, long i)
{
	__asm__ volatile("" : "+r"(a), "+r"(g));
	return a + b + c + d + e + f + g + h + i;
}

// Where nine() is in this program's file.
static uint64_t offset_of_nine(void)
{
	unsigned long start, end, offset;
	uint64_t found = 0;
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%lx-%lx r-xp %lx", &start, &end, &offset) == 3 && start <= (uintptr_t)nine &&
			(uintptr_t)nine < end)
			found = (uintptr_t)nine - start + offset;
	fclose(f);
	return found;
}

// What slot 0 holds after one call with 10, 20 ... 90.
static uint64_t seen_in_nine(enum hook_kind hook, struct slot_source s)
{
	uint64_t offset = offset_of_nine(), cookie = UINT64_C(5) << 32 | 77, runs = *word(RUNS);
	CLEANUP(closep) int file = open("/proc/self/exe", O_RDONLY);
	struct uprobe_request q = {
		.file = file, .pid = getpid(), .returns = hook == HOOK_URETPROBE, .offsets = &offset,
		.cookies = &cookie, .n = 1, .multi = uprobe_has_multi(),
	};
	struct attachment a = { 0 };

	load(hook, &s, 1);
	q.prog = prog;
	ck_assert_int_eq(uprobe_attach(&a, &q), 0);
	ck_assert_int_eq(nine(10, 20, 30, 40, 50, 60, 70, 80, 90), 450);
	ck_assert_uint_eq(*word(RUNS) - runs, 1);
	attachment_close(&a);
	nine(1, 2, 3, 4, 5, 6, 7, 8, 9);
	ck_assert_uint_eq(*word(RUNS) - runs, 1);
	close(prog);
	prog = -1;
	return *word(SLOT);
}

START_TEST(parameters_and_results)
{
	*word(GUARD_ENABLED) = 1;
	for (uint16_t i = 0; i < 9; i++)
		ck_assert_uint_eq(seen_in_nine(HOOK_UPROBE, (struct slot_source){ ARG_PARAM, i, 0 }), 10u * (i + 1u));
	ck_assert_uint_eq(seen_in_nine(HOOK_UPROBE, (struct slot_source){ ARG_COOKIE, 0, 0 }), 77);
	ck_assert_uint_eq(seen_in_nine(HOOK_URETPROBE, (struct slot_source){ ARG_COOKIE, 0, 0 }), 77);
	ck_assert_uint_eq(seen_in_nine(HOOK_UPROBE, (struct slot_source){ ARG_COOKIE, 1, 0 }), 5);
	ck_assert_uint_eq(seen_in_nine(HOOK_UPROBE, (struct slot_source){ ARG_COOKIE, 2, 0 }), 5ull << 32 | 77);
	ck_assert_uint_eq(seen_in_nine(HOOK_URETPROBE, (struct slot_source){ ARG_RESULT, 0, 0 }), 450);
	ck_assert(!guard_slot_fits(HOOK_URETPROBE, 0, &(struct slot_source){ ARG_PARAM, 0, 0 }));
	ck_assert(!guard_slot_fits(HOOK_UPROBE, 0, &(struct slot_source){ ARG_RESULT, 0, 0 }));
	ck_assert(!guard_slot_fits(HOOK_UPROBE, 0, &(struct slot_source){ ARG_CTX, 0, 0 }));
	ck_assert(!guard_slot_fits(HOOK_TP_BTF, 2, &(struct slot_source){ ARG_COOKIE, 0, 0 }));
	ck_assert(!guard_slot_fits(HOOK_UPROBE, 0, &(struct slot_source){ ARG_PARAM, 32, 0 }));
}
END_TEST

START_TEST(waiting_for_the_cpus_is_short)
{
	ck_assert_int_eq(attach_wait_for_cpus(), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("guard");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	if (!geteuid() && !access("/sys/kernel/btf/vmlinux", R_OK)) {
		tcase_add_test(t, words_decide);
		tcase_add_test(t, system_call_numbers);
#ifdef __x86_64__
		tcase_add_test(t, other_abis_are_counted);
		tcase_add_test(t, registers_and_words);
#endif
		tcase_add_test(t, results_and_errors);
		tcase_add_test(t, clocks_see_where_it_was);
		tcase_add_test(t, counters_count_each_event);
		tcase_add_test(t, packets_always_pass);
		tcase_add_test(t, begin_runs_once_for_the_task);
		tcase_add_test(t, parameters_and_results);
		tcase_add_test(t, slots_that_do_not_fit);
		tcase_add_test(t, all_slots_at_their_longest);
		tcase_add_test(t, arguments_of_programs_at_their_longest);
		tcase_add_test(t, waiting_for_the_cpus_is_short);
	}
	return suite_run("guard", t);
}

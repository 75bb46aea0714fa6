// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The walk of user stacks in the kernel: a program on sys_enter walks this
// process, whose tables were made from what it has mapped, and the result is
// compared with what libgcc's unwinder says at the same place. Needs CAP_BPF;
// without it there is nothing to run.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/kernel/runtime.h"
#include "daemon/kernel/runtime_btf.h"
#include "daemon/sym/elf.h"
#include "daemon/sym/sideband.h"
#include "daemon/sym/unwind_maps.h"
#include "daemon/sym/unwinder.h"
#include "tests/unit/suite.h"
#include "tests/unit/unwind_core.h"
#include "tests/unit/workdir.h"

enum { CODE_MAX = 4096 };

// What the program leaves.
struct result {
	int64_t value;		// of dt_ustack()
	uint64_t pid_tgid;	// whom to walk
	uint64_t frames[UNWIND_FRAMES];
};

struct rig {
	struct unwind_maps maps;
	const struct runtime_value *values;
	size_t nvalues;
	struct runtime rt;
	uint32_t *placed;
	struct bpf_insn *code;
	uint32_t n;
	int map, prog, link;
	struct result *result;
};

// ---- linking, as the core does ---------------------------------------------

static void place(struct rig *r, uint32_t number)
{
	const struct runtime_function *f = &r->rt.functions[number];
	uint32_t at = r->n;

	if (r->placed[number])
		return;
	ck_assert_uint_le(r->n + f->n, CODE_MAX);
	memcpy(r->code + at, f->insns, f->n * sizeof *f->insns);
	ck_assert_int_eq(runtime_put_values(f, r->code + at, r->values, r->nvalues), 0);
	r->n += f->n;
	r->placed[number] = at + 1;
	for (uint32_t i = 0; i < f->ncalls; i++) {
		uint32_t call = at + f->calls[i].insn;

		place(r, f->calls[i].function);
		r->code[call].imm = (int32_t)(r->placed[f->calls[i].function] - 1) - (int32_t)call - 1;
	}
}

// getppid() of the thread in the map: walks it.
static void drive(struct rig *r)
{
	struct bpf_insn *p = r->code;
	uint32_t call;

	*p++ = insn_mov(BPF_REG_8, BPF_REG_1);
	*p++ = insn_load(BPF_DW, BPF_REG_7, BPF_REG_1, 8);
	*p++ = insn_jump_imm(BPF_JEQ, BPF_REG_7, SYS_getppid, 2);
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	p = insn_map_value(p, BPF_REG_6, r->map, 0);
	*p++ = insn_call(BPF_FUNC_get_current_pid_tgid);
	*p++ = insn_load(BPF_DW, BPF_REG_7, BPF_REG_6, offsetof(struct result, pid_tgid));
	*p++ = insn_jump_reg(BPF_JEQ, BPF_REG_7, BPF_REG_0, 2);
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	*p++ = insn_mov(BPF_REG_1, BPF_REG_8);
	p = insn_map_value(p, BPF_REG_2, r->map, offsetof(struct result, frames));
	*p++ = insn_mov_imm(BPF_REG_3, UNWIND_FRAMES);
	call = (uint32_t)(p - r->code);
	*p++ = insn_raw(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	*p++ = insn_store(BPF_REG_6, offsetof(struct result, value), BPF_REG_0);
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	r->n = (uint32_t)(p - r->code);
	r->code[call].imm = (int32_t)(r->n - call - 1);
	place(r, (uint32_t)runtime_find(&r->rt, "dt_ustack"));
}

static void load(struct rig *r)
{
	enum { LOG = 1 << 24 };
	char *log = calloc(LOG, 1), *processed;
	struct runtime_btf btf;

	drive(r);
	ck_assert_int_eq(runtime_btf_open(&btf, &r->rt, r->placed, 256), 0);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_btf_fd = (uint32_t)btf.fd, .func_info = btf.funcs,
		.func_info_cnt = btf.n, .func_info_rec_size = sizeof *btf.funcs,
		.log_level = getenv("VERBOSE") ? 2 : 4, .log_buf = log, .log_size = LOG);
	r->prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "check_unwinder", "Dual BSD/GPL", r->code,
		r->n, &opts);
	if (r->prog < 0 && strlen(log) > 3000)
		memmove(log, log + strlen(log) - 3000, 3001);
	ck_assert_msg(r->prog >= 0, "%s\n%s", strerror(errno), log);
	processed = strstr(log, "processed ");
	if (processed && getenv("SHOW"))
		printf("%.60s\n", processed);
	runtime_btf_close(&btf);
	free(log);
	r->link = bpf_raw_tracepoint_open("sys_enter", r->prog);
	ck_assert_int_ge(r->link, 0);
}

// ---- tables of what this process has mapped --------------------------------

static void add_image(struct rig *r, const struct unwind_file_key *key, const struct elf_source *source)
{
	struct unwind_table t;
	struct elf e;

	ck_assert_int_eq(elf_open(&e, source), 0);
	if (unwind_build_elf(&t, &e) == 0) {
		ck_assert(unwind_table_check(&t));
		ck_assert_int_eq(unwind_maps_add(&r->maps, key, &t), 0);
		unwind_table_deinit(&t);
	}
	elf_close(&e);
}

static void add_file(struct rig *r, const struct unwind_file_key *key, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct elf_source source;

	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
	source = elf_from_file(fd, (uint64_t)lseek(fd, 0, SEEK_END));
	add_image(r, key, &source);
	close(fd);
}

static void add_mapped(struct rig *r)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[PATH_MAX + 128];

	while (fgets(line, sizeof line, maps)) {
		struct unwind_file_key key = { 0 };
		unsigned long start, end, inode;
		unsigned major, minor;
		char path[PATH_MAX];

		if (sscanf(line, "%lx-%lx r-xp %*x %x:%x %lu %s", &start, &end, &major, &minor, &inode,
				path) != 6)
			continue;
		key.inode = inode;
		key.device = major << 20 | minor;
		if (inode) {
			add_file(r, &key, path);
		} else if (!strcmp(path, "[vdso]")) {
			struct elf_source source = elf_from_memory((void *)getauxval(AT_SYSINFO_EHDR), end - start);

			add_image(r, &key, &source);
		}
	}
	fclose(maps);
}

static void open_result(struct rig *r)
{
	*r = (struct rig){ .map = map_open_shared("check_unwinder", sizeof(struct result), 1) };
	ck_assert_int_ge(r->map, 0);
	r->result = mmap(NULL, sizeof *r->result, PROT_READ | PROT_WRITE, MAP_SHARED, r->map, 0);
	ck_assert_ptr_ne(r->result, MAP_FAILED);
}

static void open_program(struct rig *r)
{
	ck_assert_int_eq(runtime_open(&r->rt), 0);
	r->placed = calloc(r->rt.nfunctions, sizeof *r->placed);
	r->code = calloc(CODE_MAX, sizeof *r->code);
	load(r);
	r->result->pid_tgid = (uint64_t)getpid() << 32 | (uint32_t)gettid();
}

static void rig_open(struct rig *r)
{
	open_result(r);
	ck_assert_int_eq(unwind_maps_open(&r->maps, UNWIND_MAX_CHUNKS), 0);
	ck_assert_msg(!r->maps.missing, "the kernel's %s is not known", r->maps.missing);
	r->values = r->maps.values;
	r->nvalues = sizeof r->maps.values / sizeof *r->maps.values;
	open_program(r);
	add_mapped(r);
}

static void close_program(struct rig *r)
{
	close(r->link);
	close(r->prog);
	close(r->map);
	munmap(r->result, sizeof *r->result);
	runtime_close(&r->rt);
	free(r->placed);
	free(r->code);
}

static void rig_close(struct rig *r)
{
	close_program(r);
	unwind_maps_close(&r->maps);
}

// ---- places to be walked at ------------------------------------------------

// The address sanitizer's backtrace() is a frame in front of ours.
#ifdef __SANITIZE_ADDRESS__
enum { IN_FRONT = 1 };
#else
enum { IN_FRONT = 0 };
#endif

// What both unwinders said at the bottom of a call.
static struct {
	struct rig *rig;
	void *expected[UNWIND_FRAMES + IN_FRONT];
	int nexpected;
	struct result got;
} seen;

// One function takes both; its own frame is at different places in it.
static __attribute__((noinline)) void look(void)
{
	seen.nexpected = backtrace(seen.expected, UNWIND_FRAMES + IN_FRONT) - IN_FRONT;
	syscall(SYS_getppid);
	seen.got = *seen.rig->result;
	memmove(seen.expected, seen.expected + IN_FRONT, sizeof seen.expected - sizeof *seen.expected * IN_FRONT);
}

static int frames(void)
{
	return (int)(seen.got.value & 0xff);
}

static int end(void)
{
	return (int)(seen.got.value >> 8 & 0xff);
}

// The walk has one frame more: syscall().
static void check_same(void)
{
	ck_assert_int_ge(seen.got.value, 0);
	ck_assert_int_eq(end(), UNWIND_COMPLETE);
	ck_assert_int_eq(frames(), seen.nexpected + 1);
	for (int i = 1; i < seen.nexpected; i++)
		ck_assert_msg(seen.got.frames[i + 1] == (uintptr_t)seen.expected[i],
			"frame %d of %d: %lx, not %p", i, seen.nexpected, seen.got.frames[i + 1],
			seen.expected[i]);
	ck_assert_uint_eq(seen.got.frames[frames()], 0);
}

static __attribute__((noinline)) int deep(int n)
{
	volatile char big[600];

	big[n] = 1;
	if (n == 0)
		look();
	else
		deep(n - 1);
	return big[n];
}

START_TEST(as_libgcc_sees_it)
{
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	look();
	check_same();
	for (int n = 1; n < 40; n += 7) {
		deep(n);
		check_same();
	}
	rig_close(&r);
}
END_TEST

// A frame of unknown size, and one that realigns the stack.
static __attribute__((noinline)) int variable(size_t n)
{
	volatile char *p = __builtin_alloca(n);
	int aligned __attribute__((aligned(64))) = 1;

	p[n - 1] = 1;
	__asm__ volatile("" : : "r"(&aligned) : "memory");
	look();
	return p[n - 1] + aligned;
}

START_TEST(frames_of_unknown_size)
{
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	variable(10);
	check_same();
	variable(5000);
	check_same();
	rig_close(&r);
}
END_TEST

static void on_signal(int number)
{
	(void)number;
	look();
}

START_TEST(through_a_signal)
{
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	check_same();
	rig_close(&r);
}
END_TEST

// Interrupted anywhere, with whatever is half done on the stack.
START_TEST(through_a_signal_at_any_instruction)
{
	struct itimerval often = { .it_interval = { 0, 200 }, .it_value = { 0, 200 } };
	struct rig r;
	char text[64];
	int n = 0;

	rig_open(&r);
	seen.rig = &r;
	signal(SIGALRM, on_signal);
	for (int i = 0; i < 200; i++) {
		seen.nexpected = 0;
		setitimer(ITIMER_REAL, &often, NULL);
		while (!*(volatile int *)&seen.nexpected) {
			snprintf(text, sizeof text, "%d %f %s", i, i / 3.0, getenv("PATH"));
			n += (int)strlen(text);
		}
		setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 0, 0 } }, NULL);
		check_same();
	}
	ck_assert_int_gt(n, 0);
	rig_close(&r);
}
END_TEST

static int compare(const void *a, const void *b)
{
	if (!seen.nexpected)
		look();
	return *(const int *)a - *(const int *)b;
}

START_TEST(through_a_library)
{
	int v[] = { 3, 1, 2 };
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	seen.nexpected = 0;
	qsort(v, 3, sizeof *v, compare);
	check_same();
	rig_close(&r);
}
END_TEST

START_TEST(too_deep_is_told)
{
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	deep(300);
	ck_assert_int_eq(frames(), UNWIND_FRAMES);
	ck_assert_int_eq(end(), UNWIND_TOO_DEEP);
	for (int i = 1; i < UNWIND_FRAMES - 1; i++)
		ck_assert_uint_eq(seen.got.frames[i + 1], (uintptr_t)seen.expected[i]);
	rig_close(&r);
}
END_TEST

// Code without a table: called by a page of hand-made instructions, with and
// without a frame pointer.
static void call_through(const uint8_t *bytes, size_t n)
{
	uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void (*code)(void (*)(void));

	ck_assert_ptr_ne(page, MAP_FAILED);
	memcpy(page, bytes, n);
	memcpy(&code, &page, sizeof code);
	code(look);
	munmap(page, 4096);
}

START_TEST(code_without_a_table)
{
	// push rbp; mov rbp, rsp; call rdi; pop rbp; ret
	static const uint8_t framed[] = { 0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3 };
	// push rbp; mov ebp, 1; call rdi; pop rbp; ret
	static const uint8_t frameless[] = { 0x55, 0xbd, 1, 0, 0, 0, 0xff, 0xd7, 0x5d, 0xc3 };
	struct rig r;
	int before;

	rig_open(&r);
	seen.rig = &r;
	look();
	before = frames();
	ck_assert(!(seen.got.value & (int64_t)UNWIND_RESULT_GUESSED));
	call_through(framed, sizeof framed);
	ck_assert_int_eq(end(), UNWIND_COMPLETE);
	ck_assert_int_eq(frames(), before + 2);	// the page, and call_through
	ck_assert(seen.got.value & (int64_t)UNWIND_RESULT_GUESSED);
	for (int i = 0; i < frames(); i++)
		ck_assert_uint_eq(seen.got.frames[i] & UNWIND_GUESSED, i == 3 ? UNWIND_GUESSED : 0);
	call_through(frameless, sizeof frameless);
	ck_assert_int_eq(end(), UNWIND_NO_ROW);
	ck_assert_int_eq(frames(), 3);
	ck_assert(seen.got.frames[2] & UNWIND_CUT);
	ck_assert(!(seen.got.frames[1] & (UNWIND_CUT | UNWIND_GUESSED)));
	rig_close(&r);
}
END_TEST

static void *in_thread(void *arg)
{
	struct rig *r = arg;

	r->result->pid_tgid = (uint64_t)getpid() << 32 | (uint32_t)gettid();
	look();
	return NULL;
}

START_TEST(a_thread)
{
	pthread_t thread;
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	ck_assert_int_eq(pthread_create(&thread, NULL, in_thread, &r), 0);
	pthread_join(thread, NULL);
	check_same();
	rig_close(&r);
}
END_TEST

// ns of a call, of the fastest of many batches.
static double fastest(void)
{
	enum { BATCHES = 200, CALLS = 200 };
	double best = 1e9;

	for (int batch = 0; batch < BATCHES; batch++) {
		struct timespec a, b;
		double ns;

		clock_gettime(CLOCK_MONOTONIC, &a);
		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		clock_gettime(CLOCK_MONOTONIC, &b);
		ns = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / CALLS;
		best = ns < best ? ns : best;
	}
	return best;
}

// What it costs, for who looks at it: SHOW=1.
static __attribute__((noinline)) int many_calls(int depth)
{
	volatile int r = 0;
	double with, without;

	if (depth)
		return many_calls(depth - 1) + r;
	with = fastest();
	seen.got = *seen.rig->result;
	seen.rig->result->pid_tgid ^= 1;
	without = fastest();
	if (getenv("SHOW"))
		printf("%d frames: %.0f ns\n", frames(), with - without);
	return frames();
}

START_TEST(many_walks)
{
	struct rig r;

	rig_open(&r);
	seen.rig = &r;
	look();
	ck_assert_int_eq(many_calls(15), frames());
	ck_assert_int_eq(end(), UNWIND_COMPLETE);
	rig_close(&r);
}
END_TEST

// ---- the core's own tables -------------------------------------------------

static struct unwind_core core;

static void await_tables(void)
{
	unwind_core_await(&core);
}

// megabytes: of tables.
static void core_open_with(struct rig *r, uint32_t megabytes)
{
	open_result(r);
	unwind_core_open(&core, megabytes, &r->values, &r->nvalues);
	open_program(r);
	seen.rig = r;
}

static void core_open(struct rig *r)
{
	core_open_with(r, UNWIND_MAX_CHUNKS);
}

static void core_close(struct rig *r)
{
	close_program(r);
	unwind_core_close(&core);
}

START_TEST(what_runs_has_tables)
{
	struct unwinder_facts facts;
	struct rig r;

	core_open(&r);
	look();
	ck_assert_int_ne(end(), UNWIND_COMPLETE);	// no tables yet, and no frame pointer
	await_tables();
	unwinder_tell(core.unwinder, &facts);
	if (getenv("SHOW"))
		printf("%u files, %u KB, %lu without, %lu refused, %lu lost\n", facts.files,
			facts.rows_kb, facts.without, facts.refused, facts.lost);
	ck_assert_uint_ge(facts.files, 4);	// this program, libc, the loader, the vDSO
	ck_assert_uint_eq(facts.pending, 0);
	ck_assert_uint_eq(facts.refused, 0);
	deep(10);
	check_same();
	core_close(&r);
}
END_TEST

// A file that nobody has mapped before, a copy of libc; the caller removes it.
static void make_copy(char *copy)
{
	char command[PATH_MAX + 128];
	Dl_info info;

	ck_assert_int_ne(dladdr((void *)(uintptr_t)getppid, &info), 0);
	close(mkstemp(copy));
	snprintf(command, sizeof command, "cp %s %s", info.dli_fname, copy);
	ck_assert_int_eq(system(command), 0);
}

// Through such a library, and leaves it.
static void map_copy(void)
{
	char copy[] = "/tmp/check_unwinder.XXXXXX";
	void (*sort)(void *, size_t, size_t, int (*)(const void *, const void *));
	int v[] = { 3, 1, 2 };
	void *library, *symbol;

	make_copy(copy);
	library = dlmopen(LM_ID_NEWLM, copy, RTLD_NOW);
	unlink(copy);
	ck_assert_msg(library, "%s", dlerror());
	symbol = dlsym(library, "qsort");
	memcpy(&sort, &symbol, sizeof sort);
	sideband_read(core.sideband);
	await_tables();
	seen.nexpected = 0;
	sort(v, 3, sizeof *v, compare);
	dlclose(library);
}

// The code of a copy of libc, which no loader has seen.
struct code {
	void *at;
	size_t size;
};

static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
	ElfW(Phdr) *found = arg;

	(void)size;
	for (int i = 0; strstr(info->dlpi_name, "/libc.so") && i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X))
			*found = info->dlpi_phdr[i];
	return 0;
}

static struct code hold_copy(void)
{
	char copy[] = "/tmp/check_unwinder.XXXXXX";
	ElfW(Phdr) text = { 0 };
	struct code code;
	int fd;

	make_copy(copy);
	dl_iterate_phdr(find_code, &text);
	fd = open(copy, O_RDONLY | O_CLOEXEC);
	code.size = text.p_filesz;
	code.at = mmap(NULL, code.size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, (off_t)text.p_offset);
	ck_assert(code.at != MAP_FAILED);
	close(fd);
	unlink(copy);
	return code;
}

// It is told by the side-band.
START_TEST(what_is_mapped_later_has_one_too)
{
	struct rig r;

	core_open(&r);
	await_tables();
	map_copy();
	ck_assert_int_eq(end(), UNWIND_COMPLETE);	// without a table it would not be
	check_same();
	core_close(&r);
}
END_TEST

// Memory for what runs here and a bit more, but not for all the copies: those that are
// not mapped any more make room, and what is mapped stays.
START_TEST(what_nothing_maps_makes_room)
{
	enum { COPIES = 120, SPARE = 10 };	// of 100 KB and more each; MB
	struct unwinder_facts facts;
	struct rig r;

	core_open(&r);
	await_tables();
	unwinder_tell(core.unwinder, &facts);
	core_close(&r);
	core_open_with(&r, facts.rows_kb / 1024 + SPARE);
	await_tables();
	for (int i = 0; i < COPIES; i++) {
		map_copy();
		ck_assert_msg(end() == UNWIND_COMPLETE, "copy %d has no table", i);
	}
	unwinder_tell(core.unwinder, &facts);
	if (getenv("SHOW"))
		printf("%u files, %u KB, %lu refused, %lu evicted\n", facts.files, facts.rows_kb,
			facts.refused, facts.evicted);
	ck_assert_uint_gt(facts.evicted, 0);
	ck_assert_uint_eq(facts.refused, 0);
	deep(10);
	check_same();
	core_close(&r);
}
END_TEST

// Files with code, but no tables, that are mapped for a moment each. They are kept until
// the end, so that each is another one.
static void map_files(const struct workdir *folder, int from, int n)
{
	char name[sizeof folder->path + 16];
	void *at;
	int fd;

	for (int i = from; i < from + n; i++) {
		snprintf(name, sizeof name, "%s/%d", folder->path, i);
		fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
		at = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
		ck_assert(at != MAP_FAILED);
		close(fd);
		sideband_read(core.sideband);
		munmap(at, 1);
	}
}

// As many files as can be known were seen: those that are gone make room for others.
START_TEST(files_that_are_gone_make_room)
{
	enum { LAST = 1024 };	// of those that run here there are fewer
	struct workdir folder;
	struct rig r;

	core_open(&r);
	await_tables();
	workdir_init(&folder);
	map_files(&folder, 0, UNWIND_MAX_FILES - LAST);
	await_tables();
	for (int i = 0; i < LAST; i++) {	// so that nothing else is going on when it is full
		map_files(&folder, UNWIND_MAX_FILES - LAST + i, 1);
		await_tables();
	}
	workdir_deinit(&folder);
	map_copy();
	ck_assert_int_eq(end(), UNWIND_COMPLETE);
	check_same();
	core_close(&r);
}
END_TEST

// Where nothing can make room that is said, and walks go on without.
START_TEST(no_room_is_told)
{
	enum { COPIES = 12 };	// of 100 KB and more each
	struct code copies[COPIES];
	struct unwinder_facts facts;
	struct rig r;

	for (int i = 0; i < COPIES; i++)
		copies[i] = hold_copy();
	core_open_with(&r, 1);
	await_tables();
	unwinder_tell(core.unwinder, &facts);
	ck_assert_uint_gt(facts.refused, 0);
	ck_assert_uint_le(facts.rows_kb, 1024);
	deep(10);
	ck_assert_int_ge(frames(), 1);
	core_close(&r);
	for (int i = 0; i < COPIES; i++)
		munmap(copies[i].at, copies[i].size);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("unwinder");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, as_libgcc_sees_it);
	tcase_add_test(tc, frames_of_unknown_size);
	tcase_add_test(tc, through_a_signal);
	tcase_add_test(tc, through_a_signal_at_any_instruction);
	tcase_add_test(tc, through_a_library);
	tcase_add_test(tc, too_deep_is_told);
	tcase_add_test(tc, code_without_a_table);
	tcase_add_test(tc, a_thread);
	tcase_add_test(tc, many_walks);
	tcase_add_test(tc, what_runs_has_tables);
	tcase_add_test(tc, what_is_mapped_later_has_one_too);
	tcase_add_test(tc, what_nothing_maps_makes_room);
	tcase_add_test(tc, files_that_are_gone_make_room);
	tcase_add_test(tc, no_room_is_told);
	return suite_run_as_root("unwinder", tc);
}

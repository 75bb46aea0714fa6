// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A breakpoint where the program begins (AT_ENTRY), which is when the dynamic linker
// has loaded and initialised the libraries; from there, step by step, to the call that
// is handed main. Before that, the dynamic linker calls _dl_debug_state() for
// debuggers whenever the list of libraries changes.

#include "client/evaltime.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define REG_PC rip
#define REG_FIRST rdi		// of a function's parameters
enum { BREAK = 0xcc, BREAK_SIZE = 1, BREAK_BEHIND = 1 };
#elif defined(__aarch64__)
#define REG_PC pc
#define REG_FIRST regs[0]
enum { BREAK = (int)0xd4200000, BREAK_SIZE = 4, BREAK_BEHIND = 0 };
#else
#error "how a debugger stops a program of this machine"
#endif

enum { STEPS = 256, START_SIZE = 256, TABLE_MAX = 1 << 20, CONSISTENT = 0, GONE = 1 };

// What the kernel told the program, and the first words of struct r_debug.
struct start {
	uint64_t entry, linker;
};

struct debug_state {
	uint64_t version, map, brk, state;
};

static int get_regs(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof *regs };

	return ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &io) < 0 ? -errno : 0;
}

static int set_regs(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof *regs };

	return ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &io) < 0 ? -errno : 0;
}

static bool read_memory(pid_t pid, uint64_t at, void *to, size_t size)
{
	struct iovec local = { to, size }, remote = { (void *)(uintptr_t)at, size };

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

static bool read_start(pid_t pid, struct start *s)
{
	uint64_t pair[2];
	char path[32];
	FILE *f;

	*s = (struct start){ 0 };
	snprintf(path, sizeof path, "/proc/%d/auxv", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (fread(pair, sizeof pair, 1, f) == 1 && pair[0] != AT_NULL) {
		if (pair[0] == AT_ENTRY)
			s->entry = pair[1];
		else if (pair[0] == AT_BASE)
			s->linker = pair[1];
	}
	fclose(f);
	return s->entry;
}

static bool is_code(pid_t pid, uint64_t at)
{
	char path[32], line[512];
	unsigned long long start, end;
	char perms[5];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof line, f))
		found = sscanf(line, "%llx-%llx %4s", &start, &end, perms) == 3 && start <= at && at < end &&
			perms[2] == 'x';
	if (f)
		fclose(f);
	return found;
}

// ---- running ---------------------------------------------------------------

// Until the next stop that a breakpoint or step caused, or an exec; signals go through.
static int resume(pid_t pid, enum __ptrace_request how, int *status)
{
	int sig = 0;

	for (;;) {
		if (ptrace(how, pid, NULL, (void *)(intptr_t)sig) < 0)
			return errno == ESRCH ? GONE : -errno;
		while (waitpid(pid, status, __WALL) < 0) {
			if (errno != EINTR)
				return -errno;
		}
		if (!WIFSTOPPED(*status))
			return GONE;
		sig = WSTOPSIG(*status);
		if (sig == SIGTRAP)
			return 0;
		if (sig == SIGSTOP)
			sig = 0;
	}
}

static int poke(pid_t pid, uint64_t at, long word)
{
	return ptrace(PTRACE_POKETEXT, pid, (void *)(uintptr_t)at, (void *)word) < 0 ? -errno : 0;
}

// 0: it stands there, and the code is as it was. GONE, or a negative errno.
static int run_to(pid_t pid, uint64_t at, int *status)
{
	const int code = BREAK;
	struct user_regs_struct regs;
	long before, with;
	int r;

	errno = 0;
	before = with = ptrace(PTRACE_PEEKTEXT, pid, (void *)(uintptr_t)at, NULL);
	if (errno)
		return -errno;
	memcpy(&with, &code, BREAK_SIZE);
	r = poke(pid, at, with);
	if (r == 0)
		r = resume(pid, PTRACE_CONT, status);
	if (r)
		return r;
	r = get_regs(pid, &regs);
	if (r < 0 || regs.REG_PC != at + BREAK_BEHIND)
		return r;	// another program: it has executed one
	r = poke(pid, at, before);
	regs.REG_PC = at;
	return r < 0 ? r : set_regs(pid, &regs);
}

// ---- main ------------------------------------------------------------------

// From the first instruction of the program to where it calls its C library, which gets
// main as the first parameter. Programs of other languages stay there.
static int run_to_main(pid_t pid, uint64_t entry, int *status)
{
	struct user_regs_struct regs;
	int r = 0;

	for (int i = 0; i < STEPS && r == 0; i++) {
		r = get_regs(pid, &regs);
		if (r < 0 || regs.REG_PC - entry >= START_SIZE)
			break;
		r = resume(pid, PTRACE_SINGLESTEP, status);
	}
	if (r == 0 && is_code(pid, regs.REG_FIRST))
		r = run_to(pid, regs.REG_FIRST, status);
	return r;
}

// ---- the dynamic linker ------------------------------------------------------

struct dynamic {
	uint64_t symbols, strings, strings_size;
};

// The tables of a program that is mapped from base on, and not relocated itself.
static bool read_dynamic(pid_t pid, uint64_t base, struct dynamic *d)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	Elf64_Dyn dyn;

	*d = (struct dynamic){ 0 };
	if (!read_memory(pid, base, &eh, sizeof eh))
		return false;
	for (int i = 0; i < eh.e_phnum; i++) {
		if (!read_memory(pid, base + eh.e_phoff + (uint64_t)i * sizeof ph, &ph, sizeof ph))
			return false;
		for (uint64_t at = 0; ph.p_type == PT_DYNAMIC && at < ph.p_memsz; at += sizeof dyn) {
			if (!read_memory(pid, base + ph.p_vaddr + at, &dyn, sizeof dyn) || dyn.d_tag == DT_NULL)
				break;
			if (dyn.d_tag == DT_SYMTAB)
				d->symbols = dyn.d_un.d_ptr;
			else if (dyn.d_tag == DT_STRTAB)
				d->strings = dyn.d_un.d_ptr;
			else if (dyn.d_tag == DT_STRSZ)
				d->strings_size = dyn.d_un.d_val;
		}
	}
	return d->symbols < d->strings && d->strings - d->symbols < TABLE_MAX && d->strings_size < TABLE_MAX;
}

// Linkers place the table of strings behind that of symbols. 0: there is no such symbol.
static uint64_t find_symbol(pid_t pid, uint64_t base, const char *name)
{
	struct dynamic d;
	uint64_t found = 0;
	char *table, *strings;
	size_t size;

	if (!read_dynamic(pid, base, &d))
		return 0;
	size = d.strings - d.symbols;
	table = malloc(size + d.strings_size + 1);
	if (!table || !read_memory(pid, base + d.symbols, table, size) ||
		!read_memory(pid, base + d.strings, table + size, d.strings_size)) {
		free(table);
		return 0;
	}
	strings = table + size;
	strings[d.strings_size] = '\0';
	for (size_t at = 0; at + sizeof(Elf64_Sym) <= size && !found; at += sizeof(Elf64_Sym)) {
		const Elf64_Sym *s = (const Elf64_Sym *)(table + at);

		if (s->st_value && s->st_name < d.strings_size && strcmp(strings + s->st_name, name) == 0)
			found = base + s->st_value;
	}
	free(table);
	return found;
}

static int run_to_libraries(pid_t pid, const struct start *s, int *status)
{
	uint64_t told = find_symbol(pid, s->linker, "_dl_debug_state");
	uint64_t debug = find_symbol(pid, s->linker, "_r_debug");
	struct debug_state now;
	int r;

	if (!told || !debug)
		return -ENOENT;
	do {
		r = run_to(pid, told, status);
		if (r || !read_memory(pid, debug, &now, sizeof now))
			return r;
		if (!now.map || (uint32_t)now.state != CONSISTENT)
			r = resume(pid, PTRACE_SINGLESTEP, status);
		else
			return 0;
	} while (r == 0);
	return r;
}

int evaltime_run(pid_t pid, enum evaltime when, int *status)
{
	struct start s;
	int r;

	if (when == EVALTIME_EXEC || !read_start(pid, &s))
		return 0;
	if (when == EVALTIME_PREINIT && s.linker) {
		r = run_to_libraries(pid, &s, status);
		if (r != -ENOENT)
			return r;
	}
	r = run_to(pid, s.entry, status);
	if (r == 0 && when != EVALTIME_PREINIT)
		r = run_to_main(pid, s.entry, status);
	return r;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Places in files where user probes can be: entries, returns and instructions of the
// functions of a process, and what programs have declared as probes of their own (USDT).
// The core finds and opens the files; workers that have seen nothing but one file read
// them (sym/README.md), because an offset is a right to change code.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct places_job;
struct policy_scope;
struct syms;

// A return is traced from its function's entry on: offset is that of the entry.
enum place_kind { PLACE_ENTRY, PLACE_RETURN, PLACE_OFFSET, PLACE_USDT };

// PLACE_ARG_MEM: size bytes of the process at reg + index * scale + disp.
enum place_arg_kind { PLACE_ARG_NONE, PLACE_ARG_CONST, PLACE_ARG_REG, PLACE_ARG_MEM };

enum {
	PLACE_NO_REG = UINT16_MAX,
	PLACE_ARGS = 12,
	PLACE_WANTS_MAX = 64,
};

struct place_arg {
	enum place_arg_kind kind;	// NONE: it cannot be read
	uint8_t size;			// 1, 2, 4, 8
	bool is_signed, is_float;
	uint16_t reg, index;		// byte offsets in struct pt_regs, or PLACE_NO_REG
	uint8_t scale;
	int64_t disp;			// or the constant
};

struct place {
	enum place_kind kind;
	// As they are shown. mod is the object's basename, for pid also of the executable;
	// prov has the process's number at its end unless all processes were asked for; func
	// is the one around the place, or "".
	const char *prov, *mod, *func, *name;
	uint64_t wants;			// bit i: it was found for wants[i], by this name or another
	pid_t pid;			// the want's
	uint32_t file;			// in files
	uint64_t offset;		// in the file
	uint64_t into;			// bytes from the function's first
	uint64_t semaphore;		// offset in the file; 0: none
	uint32_t nargs;			// USDT
	const struct place_arg *args;
};

struct place_file {
	int fd;
	uint64_t device, inode;
};

// One owner. Places are in no order, each once.
struct places {
	struct place *v;
	size_t n;
	struct place_file *files;
	size_t nfiles;
	char **why;			// by want: of one that found nothing, a sentence; or NULL
	size_t nwants;
	struct place_seen *seen;	// what was looked at, in no order
	size_t nseen;
	void **owned;			// what else is freed with it
	size_t nowned;
};

struct places *places_free(struct places *p);

// A file that was mapped in a process that was looked at, and the wants that could have had something in it.
struct place_seen {
	uint64_t inode;
	uint32_t major, minor;
	uint64_t wants;
};

// Sorts, and makes one of those of the same file. Returns how many are left.
size_t places_sort_seen(struct place_seen *v, size_t n);
// Of a sorted list: the wants that need not look at this file again.
uint64_t places_seen(const struct place_seen *v, size_t n, uint32_t major, uint32_t minor, uint64_t inode);

// Glob patterns; NULL or "": any. mod may also be "a.out", the executable, or a
// library's name without all or part of what is behind ".so". name is entry, return, or
// the offset of an instruction in hex; with func "-" it is an address of the process.
// A provider pid<N> wants functions, any other USDT; pid -1: in all processes, by the
// provider's plain name.
struct place_want {
	pid_t pid;
	const char *prov, *mod, *func, *name;
};

// The kinds of places that it can mean: a bit for each.
uint32_t place_want_kinds(const struct place_want *w);

// Where to look, while a session runs: in these processes only, or all if there are none, and only in files that were
// not looked at. Valid as long as the job. One process that is gone or not to be seen is no error.
struct place_again {
	const pid_t *pids;
	size_t npids;
	const struct place_seen *seen;
	size_t nseen;
};

// Exactly one call unless cancelled, from the event base, never from within
// places_find(): either places, perhaps none, which become the callee's; or why, one sentence, with
// error: -EPERM, not that process; -ESRCH, no such
// process; -E2BIG, more than max; or another.
typedef void places_done_fn(void *arg, int error, struct places *places, const char *why);

// The wants are copied; again may be NULL. 0: *jobp is valid until done or places_cancel(). -E2BIG: more
// than PLACE_WANTS_MAX; -ENOMEM.
int places_find(struct syms *s, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max, const struct place_again *again, places_done_fn *done, void *arg,
	struct places_job **jobp);

// done is not called. NULL is fine.
void places_cancel(struct places_job *job);

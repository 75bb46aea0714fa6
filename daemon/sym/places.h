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
	void **owned;			// what else is freed with it
	size_t nowned;
};

struct places *places_free(struct places *p);

// Glob patterns; NULL or "": any. mod may also be "a.out", the executable, or a
// library's name without all or part of what is behind ".so". name is entry, return, or
// the offset of an instruction in hex; with func "-" it is an address of the process.
// A provider pid<N> wants functions, any other USDT; pid -1: in all processes, by the
// provider's plain name.
struct place_want {
	pid_t pid;
	const char *prov, *mod, *func, *name;
};

// Exactly one call unless cancelled, from the event base, never from within
// places_find(): either places, which become the callee's; or why, one sentence, with
// error: -ENOENT, nothing matched for any; -EPERM, not that process; -ESRCH, no such
// process; -E2BIG, more than max; or another.
typedef void places_done_fn(void *arg, int error, struct places *places, const char *why);

// Everything is copied. 0: *jobp is valid until done or places_cancel(). -E2BIG: more
// than PLACE_WANTS_MAX; -ENOMEM.
int places_find(struct syms *s, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max, places_done_fn *done, void *arg,
	struct places_job **jobp);

// done is not called. NULL is fine.
void places_cancel(struct places_job *job);

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The guard: instructions that the core writes in front of every program that
// the compiler made. They decide whether the body may run at all, and hand it
// its arguments; the body cannot influence them. On the way out of the guard
//   r1 = the program's context, argument slot i at r10 - 8*(i+1)
// and everything else is undefined (of confined programs: 0).
//
// The guard's words are in a map of its own, one per session:
//   0x00 enabled  u64   probes may fire          0x08 lease u64  until these jiffies
//   0x10 edge     u64   BEGIN and END may fire
//   0x40 compat   u64   calls by programs of another ABI that were left out

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dlang/probe.h"

struct bpf_insn;
struct kernel_fields;
struct place_arg;

enum {
	GUARD_ENABLED = 0x00,
	GUARD_LEASE = 0x08,
	GUARD_EDGE = 0x10,
	GUARD_COMPAT = 0x40,
	GUARD_MAP_SIZE = 4096,
};

enum { GUARD_MAX_SLOTS = 24, GUARD_MAX_INSNS = 128 + 24 * GUARD_MAX_SLOTS };

// Who a program is confined to, if it is.
struct guard_identity {
	const struct kernel_fields *fields;
	enum probe_class class;
	uid_t uid;
	gid_t gid;
	pid_t pid;			// of the client: BEGIN and END are its
};

struct guard_request {
	enum hook_kind hook;
	uint32_t nctx;			// words of context, HOOK_TP_BTF
	const struct slot_source *slots;
	uint32_t nslots;
	const struct place_arg *args;	// for ARG_PLACED; what is not there is 0
	uint32_t nargs;
	int map;			// fd of the guard's map
	const struct guard_identity *identity;	// NULL: class kernel or above
	uint32_t btf_id;		// of the hook
	int self;			// fd of the map of ARG_SELF, -1: there is none
};

// Whether a program on this hook can have such a slot.
bool guard_slot_fits(enum hook_kind hook, uint32_t nctx, const struct slot_source *slot);

// Whether a confined program may be on such a hook, and have this slot.
bool guard_is_confinable(const struct guard_request *request);
bool guard_slot_is_own(const struct guard_request *request, const struct slot_source *slot);

// What a program on this hook returns, however it ends: packets pass.
int32_t guard_result(enum hook_kind hook);

// Writes at most GUARD_MAX_INSNS instructions to out. Their number, or -EINVAL
// for a slot that does not fit, and for a hook that a confined program may not be on.
int guard_generate(const struct guard_request *request, struct bpf_insn *out);

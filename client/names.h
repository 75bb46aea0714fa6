// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Names of addresses, as the daemon tells them. What will be printed is noted
// first (names_want()), then all that is not known yet is asked for in one round
// trip (names_fetch()). Names are kept for the session: a process that is gone
// keeps those that it had.

#include <stdbool.h>
#include <stdint.h>

struct link;
struct names;

enum { NAMES_KERNEL = 0 };	// in place of a process word, which is never 0

// module`symbol+offset. What is not known is empty; then offset is relative to
// what is known: to the module, or to zero.
struct name {
	const char *module, *symbol;
	uint64_t offset;
};

int names_new(struct link *l, uint64_t session, struct names **namesp);
struct names *names_free(struct names *n);

// From now on names of C++ and Rust are asked for as their source has them.
void names_demangle(struct names *n);

// From now on user stacks show their addresses (-x noresolve).
void names_leave_stacks(struct names *n);
bool names_leaves_stacks(const struct names *n);

// process: a process word, or NAMES_KERNEL. Address 0 has no name and is not asked for.
int names_want(struct names *n, uint64_t process, uint64_t address);
// Asks for what was wanted. Without an answer addresses stay numbers, which the
// user is told once. 0 or a negative errno of the connection.
int names_fetch(struct names *n);

// Nothing known when it was not asked for, or n is NULL. Valid until names_fetch().
struct name names_find(const struct names *n, uint64_t process, uint64_t address);

// One address for all of the same symbol, its first, or for all of the same
// module; the address itself if that is not known. It has a name as well.
uint64_t names_symbol(struct names *n, uint64_t process, uint64_t address);
uint64_t names_module(struct names *n, uint64_t process, uint64_t address);

// Adds one: for tests. 0 or -ENOMEM.
int names_put(struct names *n, uint64_t process, uint64_t address, const struct name *name);

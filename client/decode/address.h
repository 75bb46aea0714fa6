// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Values that are addresses: stacks, symbols, modules. They lie in the kernel or
// in a process, which is told by a process word (PROTOCOL.md).

#include <stdbool.h>

#include "client/decode/schema.h"
#include "client/names.h"

static inline bool value_is_stack(const struct value *v)
{
	return v->kind == VK_STACK || v->kind == VK_USTACK;
}

static inline bool value_is_address(const struct value *v)
{
	return v->kind >= VK_STACK && v->kind <= VK_UADDR;
}

// Whether different addresses in a key may print alike.
static inline bool address_merges(const struct value *v)
{
	return value_is_address(v) && !value_is_stack(v) && v->kind != VK_UADDR;
}

// process: NAMES_KERNEL or a process word.
struct frame {
	uint64_t process, address;
	bool call;		// of a user stack: a return address; the call is before it
	bool guessed, cut;	// of a user stack: found by the frame pointer; the last one, but not outermost
};

// The address whose name a frame has: a call that does not return may be the last
// instruction of its function, and another one begins where it would.
static inline uint64_t frame_named(const struct frame *f)
{
	return f->address - f->call;
}

// Frame i of a stack: false behind the last one.
bool stack_frame(const struct value *v, const uint8_t *bytes, uint32_t i, struct frame *out);
// The address that a value which is no stack says.
struct frame address_frame(const struct value *v, const uint8_t *bytes);

// Notes all addresses in such a value. 0 or -ENOMEM.
int address_want(struct names *n, const struct value *v, const uint8_t *bytes);

// Brings a part of a key into the form that it has for all that print alike: reads
// from and writes to at the value's offset. n NULL: as it is.
void address_canonical(struct names *n, const struct value *v, const uint8_t *from, uint8_t *to);

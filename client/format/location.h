// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Stacks and addresses as text, by the names that the daemon told.

#include "client/decode/address.h"
#include "client/format/value.h"
#include "client/output/buf.h"

// Where names come from, and how stacks look.
struct location_style {
	struct names *names;	// NULL: only numbers
	int indent;		// columns in front of a frame
	uint64_t target;	// process word of plain user addresses (%A), 0: none
};

// mod`sym+0xoff, mod`0xaddr or 0xaddr; behind one that was guessed " ?".
void frame_put(struct outbuf *b, const struct names *n, struct frame f);
// The same without the offset.
void function_put(struct outbuf *b, const struct names *n, struct frame f);
// A newline, then a line for each frame.
void stack_put(struct outbuf *b, const struct value *v, const struct source *src, int indent);
// The text of an address that is no stack, by its kind: a symbol, an address or a module.
void location_put(struct outbuf *b, const struct value *v, const struct source *src);
// By %a, or %A if user: any value as an address; the module of mod() and umod().
void address_put(struct outbuf *b, const struct value *v, const struct source *src, bool user);
// Notes what address_put() will print. 0 or -ENOMEM.
int address_put_want(const struct value *v, const struct source *src, bool user);

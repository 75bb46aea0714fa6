// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stacks and addresses as text, see location.h.

#include "client/format/location.h"

static const struct names *names_of(const struct source *src)
{
	return src->where ? src->where->names : NULL;
}

// ---- text ------------------------------------------------------------------

static void put_name(struct outbuf *b, const struct name *name, uint64_t address, bool offset)
{
	if (*name->module) {
		outbuf_str(b, name->module);
		outbuf_char(b, '`');
	}
	if (!*name->symbol) {
		outbuf_printf(b, "0x%llx", (unsigned long long)address);
		return;
	}
	outbuf_str(b, name->symbol);
	if (offset && name->offset)
		outbuf_printf(b, "+0x%llx", (unsigned long long)name->offset);
}

static void put_frame(struct outbuf *b, const struct names *n, struct frame f, bool offset)
{
	struct name name = names_find(n, f.process, frame_named(&f));

	name.offset += f.call;
	put_name(b, &name, f.address, offset);
	if (f.guessed)
		outbuf_str(b, " ?");
}

void frame_put(struct outbuf *b, const struct names *n, struct frame f)
{
	put_frame(b, n, f, true);
}

void function_put(struct outbuf *b, const struct names *n, struct frame f)
{
	put_frame(b, n, f, false);
}

void stack_put(struct outbuf *b, const struct value *v, const struct source *src, int indent)
{
	struct frame f;

	outbuf_char(b, '\n');
	for (uint32_t i = 0; stack_frame(v, src->bytes, i, &f); i++) {
		outbuf_fill(b, ' ', indent);
		frame_put(b, names_of(src), f);
		outbuf_char(b, '\n');
		if (f.cut) {
			outbuf_fill(b, ' ', indent);
			outbuf_str(b, "...\n");
		}
	}
}

static void put_module(struct outbuf *b, const struct names *n, struct frame f)
{
	struct name name = names_find(n, f.process, f.address);

	if (*name.module)
		outbuf_str(b, name.module);
	else
		outbuf_printf(b, "0x%llx", (unsigned long long)f.address);
}

void location_put(struct outbuf *b, const struct value *v, const struct source *src)
{
	struct frame f = address_frame(v, src->bytes);
	struct name name = names_find(names_of(src), f.process, f.address);

	if (v->kind == VK_MOD || v->kind == VK_UMOD)
		put_module(b, names_of(src), f);
	else
		put_name(b, &name, f.address, v->kind == VK_UADDR);
}

// An integer or pointer that a format takes for an address.
static struct frame plain_frame(const struct value *v, const struct source *src, bool user)
{
	return (struct frame){
		.process = user && src->where ? src->where->target : NAMES_KERNEL,
		.address = value_uint(v, src->bytes),
	};
}

int address_put_want(const struct value *v, const struct source *src, bool user)
{
	struct frame f = plain_frame(v, src, user);

	if (!src->where || !src->where->names)
		return 0;
	if (value_is_address(v))
		return address_want(src->where->names, v, src->bytes);
	return names_want(src->where->names, f.process, f.address);
}

void address_put(struct outbuf *b, const struct value *v, const struct source *src, bool user)
{
	if (v->kind == VK_MOD || v->kind == VK_UMOD)
		put_module(b, names_of(src), address_frame(v, src->bytes));
	else if (value_is_address(v))
		frame_put(b, names_of(src), address_frame(v, src->bytes));
	else
		frame_put(b, names_of(src), plain_frame(v, src, user));
}

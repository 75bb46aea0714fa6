// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Values that are addresses, see address.h.

#include "client/decode/address.h"

#include <string.h>

#include "client/decode/records.h"

static bool has_process(const struct value *v)
{
	return v->kind == VK_USTACK || v->kind >= VK_USYM;
}

struct frame address_frame(const struct value *v, const uint8_t *bytes)
{
	const uint8_t *p = bytes + v->offset;

	return has_process(v) ? (struct frame){ .process = get_u64(p), .address = get_u64(p + 8) } :
				(struct frame){ .process = NAMES_KERNEL, .address = get_u64(p) };
}

// The two upper bits of a frame of a user stack, which no address has.
static void take_marks(struct frame *f)
{
	f->guessed = f->address >> 63;
	f->cut = f->address >> 62 & 1;
	f->address &= (UINT64_C(1) << 62) - 1;
}

bool stack_frame(const struct value *v, const uint8_t *bytes, uint32_t i, struct frame *out)
{
	const uint8_t *p = bytes + v->offset;
	uint32_t at = has_process(v) ? i + 1 : i;

	if (at >= v->size / 8)
		return false;
	*out = (struct frame){
		.process = has_process(v) ? get_u64(p) : NAMES_KERNEL,
		.address = get_u64(p + (size_t)at * 8),
	};
	if (has_process(v))
		take_marks(out);
	out->call = has_process(v) && i && out->address;
	return out->address != 0;
}

int address_want(struct names *n, const struct value *v, const uint8_t *bytes)
{
	struct frame f;
	int r = 0;

	if (!value_is_stack(v)) {
		f = address_frame(v, bytes);
		return names_want(n, f.process, f.address);
	}
	if (has_process(v) && names_leaves_stacks(n))
		return 0;
	for (uint32_t i = 0; r == 0 && stack_frame(v, bytes, i, &f); i++)
		r = names_want(n, f.process, frame_named(&f));
	return r;
}

void address_canonical(struct names *n, const struct value *v, const uint8_t *from, uint8_t *to)
{
	struct frame f;
	size_t at = v->offset + (has_process(v) ? 8 : 0);

	memcpy(to + v->offset, from + v->offset, v->size);
	if (!address_merges(v) || !n)
		return;
	f = address_frame(v, from);
	f.address = v->kind == VK_MOD || v->kind == VK_UMOD ? names_module(n, f.process, f.address) :
							       names_symbol(n, f.process, f.address);
	memcpy(to + at, &f.address, sizeof(f.address));
}

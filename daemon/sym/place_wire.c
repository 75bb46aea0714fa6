// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/place_wire.h"

#include <string.h>

#include "daemon/kernel/arch.h"

// $o: the object, $f: the function, $n: the name.
static const char *const sentences[PLACE_TROUBLES] = {
	[PLACE_NOT_ELF] = "$o is no ELF file that can be read",
	[PLACE_NARROW] = "$o is a 32-bit program; user probes are possible in 64-bit programs",
	[PLACE_FOREIGN] = "$o is a program for another machine",
	[PLACE_NO_PROBES] = "$o has no probe $n of its own",
	[PLACE_STRIPPED] = "$o is stripped: it names no function; its debug symbols would",
	[PLACE_EXPORTED] = "$o has no function $f among those that it exports, and no symbols of others; its debug symbols may have it",
	[PLACE_PARTIAL] = "of the symbols of $o some cannot be read, or are too many (1,048,576, or 64 MB of a table): $f may be one of them",
	[PLACE_RESOLVER] = "$f of $o is an indirect function, one of several that is chosen when the program starts; "
		"trace the one that is called",
	[PLACE_NO_FUNCTION] = "at $n in $o is no function whose instructions could be counted",
	[PLACE_NO_SIZE] = "$f of $o has no size, so that only its entry and return can be traced",
	[PLACE_BEYOND] = "$n is behind the end of $f of $o",
	[PLACE_UNKNOWN] = "$f of $o has unknown instructions before $n, so that it cannot be told where one begins",
	[PLACE_INSIDE] = "$n is inside an instruction of $f of $o",
	[PLACE_REFUSED] = "the kernel has no probe for the instruction at $n of $f of $o",
	[PLACE_UNREADABLE] = "the symbols of $o cannot be read: the symbol worker crashed or took too long",
	[PLACE_CLOSED] = "the file of $o cannot be opened, or is on a file system that is a user's own program (FUSE)",
	[PLACE_FULL] = "too many places match in $o",
};

const char *place_shown(const char *pattern)
{
	return pattern && *pattern ? pattern : "*";
}

void place_trouble_say(enum place_trouble t, const struct place_want *w, const char *object,
	struct reason *why)
{
	const char *at = sentences[t];
	size_t n = 0;

	while (*at && n < sizeof why->text) {
		size_t len = strcspn(at, "$");
		const char *what = !at[len] ? "" : at[len + 1] == 'o' ? object :
			place_shown(at[len + 1] == 'f' ? w->func : w->name);

		n += (size_t)snprintf(why->text + n, sizeof why->text - n, "%.*s%s", (int)len, at, what);
		at += len + (at[len] ? 2 : 0);
	}
}

// ---- places ----------------------------------------------------------------

static bool is_size(uint32_t n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

// Bytes of pt_regs that generated code will read.
static bool is_reg(uint32_t reg, uint32_t size)
{
	return reg == PLACE_NO_REG || (reg < ARCH_REGS_SIZE && size <= ARCH_REGS_SIZE - reg);
}

static bool unpack_arg(const Dtraced__PlaceArg *m, struct place_arg *a)
{
	bool memory = m->kind == PLACE_ARG_MEM;

	if (m->kind > PLACE_ARG_MEM || !is_size(m->size) || !is_reg(m->reg, memory ? 8 : m->size) ||
		!is_reg(m->index, 8) || (m->kind == PLACE_ARG_REG && m->reg == PLACE_NO_REG) ||
		!is_size(m->scale))
		return false;
	*a = (struct place_arg){ .kind = m->kind, .size = (uint8_t)m->size, .is_signed = m->is_signed,
		.is_float = m->is_float, .reg = (uint16_t)m->reg, .index = (uint16_t)m->index,
		.scale = (uint8_t)m->scale, .disp = m->disp };
	return true;
}

bool place_is_name(const char *s)
{
	size_t n = strnlen(s, PLACE_STRING);

	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return false;
	}
	return n < PLACE_STRING;
}

bool place_unpack(const Dtraced__FoundPlace *m, uint64_t wants, struct place *p,
	struct place_arg args[PLACE_ARGS])
{
	if (m->kind > PLACE_USDT || !m->wants || (m->wants & ~wants) || m->n_args > PLACE_ARGS ||
		!place_is_name(m->provider) || !place_is_name(m->function) || !place_is_name(m->name) || !*m->name ||
		(m->kind == PLACE_USDT) != (*m->provider != 0) || m->offset > INT64_MAX ||
		m->semaphore > INT64_MAX)
		return false;
	*p = (struct place){ .kind = m->kind, .func = m->function, .name = m->name, .wants = m->wants,
		.offset = m->offset, .into = m->into, .semaphore = m->semaphore,
		.nargs = (uint32_t)m->n_args };
	for (size_t i = 0; i < m->n_args; i++) {
		if (!unpack_arg(m->args[i], &args[i]))
			return false;
	}
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/place_wire.h"

#include <asm/ptrace.h>
#include <string.h>

enum { STRING_SIZE = 2048 };

#if defined(__x86_64__)
enum { REGS_SIZE = sizeof(struct pt_regs) };
#else
enum { REGS_SIZE = sizeof(struct user_pt_regs) };
#endif

// %1: the object, %2: the function, %3: the name.
static const char *const sentences[PLACE_TROUBLES] = {
	[PLACE_NOT_ELF] = "%1$s is no ELF file that can be read",
	[PLACE_NARROW] = "%1$s is a 32-bit program; user probes are possible in 64-bit programs",
	[PLACE_FOREIGN] = "%1$s is a program for another machine",
	[PLACE_NO_PROBES] = "%1$s has no probe %3$s of its own",
	[PLACE_STRIPPED] = "%1$s is stripped: it names no function; its debug symbols would",
	[PLACE_EXPORTED] = "%1$s has no function %2$s among those that it exports, and no symbols of others; its debug symbols may have it",
	[PLACE_RESOLVER] = "%2$s of %1$s is an indirect function, one of several that is chosen when the program starts; "
		"trace the one that is called",
	[PLACE_NO_FUNCTION] = "at %3$s in %1$s is no function whose instructions could be counted",
	[PLACE_NO_SIZE] = "%2$s of %1$s has no size, so that only its entry and return can be traced",
	[PLACE_BEYOND] = "%3$s is behind the end of %2$s of %1$s",
	[PLACE_UNKNOWN] = "%2$s of %1$s has unknown instructions before %3$s, so that it cannot be told where one begins",
	[PLACE_INSIDE] = "%3$s is inside an instruction of %2$s of %1$s",
	[PLACE_REFUSED] = "the kernel has no probe for the instruction at %3$s of %2$s of %1$s",
	[PLACE_UNREADABLE] = "the symbols of %1$s cannot be read: the symbol worker crashed or took too long",
	[PLACE_CLOSED] = "the file of %1$s cannot be opened, or is on a file system that is a user's own program (FUSE)",
	[PLACE_FULL] = "too many places match in %1$s",
};

static const char *shown(const char *pattern)
{
	return pattern && *pattern ? pattern : "*";
}

void place_trouble_say(enum place_trouble t, const struct place_want *w, const char *object,
	struct reason *why)
{
	snprintf(why->text, sizeof why->text, sentences[t], object, shown(w->func), shown(w->name));
}

// ---- places ----------------------------------------------------------------

static bool is_size(uint32_t n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

// Bytes of pt_regs that generated code will read.
static bool is_reg(uint32_t reg, uint32_t size)
{
	return reg == PLACE_NO_REG || (reg < REGS_SIZE && size <= REGS_SIZE - reg);
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

static bool is_shown(const char *s)
{
	size_t n = strnlen(s, STRING_SIZE);

	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return false;
	}
	return n < STRING_SIZE;
}

bool place_unpack(const Dtraced__FoundPlace *m, uint64_t wants, struct place *p,
	struct place_arg args[PLACE_ARGS])
{
	if (m->kind > PLACE_USDT || !m->wants || (m->wants & ~wants) || m->n_args > PLACE_ARGS ||
		!is_shown(m->provider) || !is_shown(m->function) || !is_shown(m->name) || !*m->name ||
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

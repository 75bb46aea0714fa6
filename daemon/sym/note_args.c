// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See note_args.h. Arguments are separated by blanks: "SIZE@OPERAND", with a minus if it is
// signed and an f if it is a floating point number; old ones have no size.
//
//   x86-64   %REG  $NUMBER  DISP(BASE,INDEX,SCALE)  NAME+DISP(%rip)  NAME
//   arm64    REG   NUMBER   [BASE, DISP]  [BASE, INDEX, lsl SHIFT]
//
// An operand that names a place relative to the program counter is turned into a distance
// from the probe, which is what the counter says when it fires.

#include "daemon/sym/note_args.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/util.h"

enum { WORD_SIZE = 512, DEFAULT_SIZE = 8 };

struct context {
	uint64_t pc;
	bool fixed;
	note_symbol_fn *symbol;
	void *arg;
};

// A register: where its first byte is, and how many it has.
struct reg {
	uint16_t at;
	uint8_t size;
};

struct syntax {
	uint16_t machine;
	bool (*operand)(const char *text, const struct context *c, struct place_arg *a);
};

static bool read_number(const char **p, int64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoll(*p, &end, 0);
	if (errno == ERANGE && **p != '-') {
		errno = 0;
		*n = (int64_t)strtoull(*p, &end, 0);
	}
	if (end == *p || errno)
		return false;
	*p = end;
	return true;
}

static void set_constant(struct place_arg *a, int64_t n)
{
	a->kind = PLACE_ARG_CONST;
	a->disp = n;
}

static bool set_register(struct place_arg *a, struct reg r)
{
	if (!r.size || a->size > r.size)
		return false;
	a->kind = PLACE_ARG_REG;
	a->reg = r.at;
	return true;
}

// ---- x86-64 ----------------------------------------------------------------

// Where struct pt_regs has them; those of the kernel, and the same everywhere.
enum {
	X86_r15 = 0, X86_r14 = 8, X86_r13 = 16, X86_r12 = 24, X86_rbp = 32, X86_rbx = 40, X86_r11 = 48,
	X86_r10 = 56, X86_r9 = 64, X86_r8 = 72, X86_rax = 80, X86_rcx = 88, X86_rdx = 96, X86_rsi = 104,
	X86_rdi = 112, X86_rip = 128, X86_rsp = 152,
};

struct x86_reg {
	char names[4][5];		// of 8, 4, 2 and 1 bytes
	uint16_t at;
};

#define X86(field, a, b, c, d) { { a, b, c, d }, X86_##field }
#define X86_NUMBERED(n) X86(r##n, "r" #n, "r" #n "d", "r" #n "w", "r" #n "b")

static const struct x86_reg x86_regs[] = {
	X86(rax, "rax", "eax", "ax", "al"), X86(rbx, "rbx", "ebx", "bx", "bl"),
	X86(rcx, "rcx", "ecx", "cx", "cl"), X86(rdx, "rdx", "edx", "dx", "dl"),
	X86(rsi, "rsi", "esi", "si", "sil"), X86(rdi, "rdi", "edi", "di", "dil"),
	X86(rbp, "rbp", "ebp", "bp", "bpl"), X86(rsp, "rsp", "esp", "sp", "spl"),
	X86_NUMBERED(8), X86_NUMBERED(9), X86_NUMBERED(10), X86_NUMBERED(11), X86_NUMBERED(12),
	X86_NUMBERED(13), X86_NUMBERED(14), X86_NUMBERED(15), X86(rip, "rip", "eip", "ip", ""),
};

// Size 0: none of that name.
static struct reg x86_reg(const char *name, size_t n)
{
	for (size_t i = 0; i < NELEMS(x86_regs); i++) {
		for (size_t k = 0; k < 4; k++) {
			if (n && strlen(x86_regs[i].names[k]) == n && memcmp(x86_regs[i].names[k], name, n) == 0)
				return (struct reg){ x86_regs[i].at, (uint8_t)(8 >> k) };
		}
	}
	if (n == 2 && strchr("abcd", name[0]) && name[1] == 'h')	// the second byte of four of them
		return (struct reg){ (uint16_t)(x86_reg((char[]){ name[0], 'x' }, 2).at + 1), 1 };
	return (struct reg){ 0, 0 };
}

static bool x86_take_reg(const char **p, struct reg *r)
{
	size_t n;

	if (**p != '%')
		return false;
	n = strspn(*p + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
	*r = x86_reg(*p + 1, n);
	*p += 1 + n;
	return r->size;
}

// NAME, NAME+N, N+NAME, N, or nothing.
static bool x86_displacement(const char *p, size_t n, const struct context *c, bool *named, int64_t *disp)
{
	char name[WORD_SIZE];
	uint64_t address;
	int64_t number;

	*disp = 0;
	*named = false;
	for (const char *end = p + n; p < end;) {
		if (isdigit((unsigned char)*p) || *p == '-' || (*p == '+' && isdigit((unsigned char)p[1]))) {
			if (!read_number(&p, &number) || p > end)
				return false;
			*disp = (int64_t)((uint64_t)*disp + (uint64_t)number);
			continue;
		}
		p += *p == '+';
		n = strcspn(p, "+-(");
		if (*named || n == 0 || n > (size_t)(end - p))
			return false;
		memcpy(name, p, n);
		name[n] = 0;
		if (!c->symbol || !c->symbol(c->arg, name, &address))
			return false;
		*named = true;
		*disp = (int64_t)((uint64_t)*disp + address);
		p += n;
	}
	return true;
}

// Behind the opening parenthesis: BASE, BASE,INDEX or BASE,INDEX,SCALE and the closing one.
static bool x86_address(const char *p, struct place_arg *a)
{
	struct reg r;
	int64_t scale;

	if (*p == '%') {
		if (!x86_take_reg(&p, &r) || r.size != 8)
			return false;
		a->reg = r.at;
	}
	if (*p == ',') {
		p++;
		if (!x86_take_reg(&p, &r) || r.size != 8)
			return false;
		a->index = r.at;
	}
	if (*p == ',') {
		p++;
		if (!read_number(&p, &scale) || (scale != 1 && scale != 2 && scale != 4 && scale != 8))
			return false;
		a->scale = (uint8_t)scale;
	}
	return p[0] == ')' && !p[1] && (a->reg != PLACE_NO_REG || a->index != PLACE_NO_REG);
}

static bool x86_memory(const char *text, const struct context *c, struct place_arg *a)
{
	size_t n = strcspn(text, "(");
	bool named;

	if (strchr(text, ':') || !x86_displacement(text, n, c, &named, &a->disp) ||
		(text[n] && !x86_address(text + n + 1, a)))
		return false;
	if (named && a->reg == X86_rip)
		a->disp = (int64_t)((uint64_t)a->disp - c->pc);
	a->kind = PLACE_ARG_MEM;
	if (named)				// else the loader may have moved it
		return a->reg == X86_rip || c->fixed;
	return text[n] && a->reg != X86_rip;
}

static bool x86_operand(const char *text, const struct context *c, struct place_arg *a)
{
	const char *p = text + 1;
	struct reg r;
	int64_t n;

	if (*text == '$') {
		if (!read_number(&p, &n) || *p)
			return false;
		set_constant(a, n);
		return true;
	}
	if (*text != '%' || strchr(text, ':'))
		return x86_memory(text, c, a);
	p = text;
	return x86_take_reg(&p, &r) && !*p && set_register(a, r);
}

// ---- arm64 -----------------------------------------------------------------

enum { ARM64_SP = 31 * 8 };

// x0 to x30, their lower halves, and the stack pointer. Size 0: none of that name.
static struct reg arm64_take_reg(const char **p)
{
	uint8_t size = **p == 'x' ? 8 : 4;
	const char *digits = *p + 1;
	char *end;
	long n;

	if (strncmp(*p, "sp", 2) == 0) {
		*p += 2;
		return (struct reg){ ARM64_SP, 8 };
	}
	if ((**p != 'x' && **p != 'w') || !isdigit((unsigned char)*digits))
		return (struct reg){ 0, 0 };
	n = strtol(digits, &end, 10);
	*p = end;
	return n > 30 ? (struct reg){ 0, 0 } :
		(struct reg){ (uint16_t)(n * 8), size };
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " ,#");
}

static bool arm64_index(const char *p, struct place_arg *a)
{
	struct reg r = arm64_take_reg(&p);
	int64_t shift = 0;

	p = skip_blanks(p);
	if (strncmp(p, "lsl", 3) == 0) {
		p = skip_blanks(p + 3);
		if (!read_number(&p, &shift) || shift < 0 || shift > 3)
			return false;
	}
	a->index = r.at;
	a->scale = (uint8_t)(1 << shift);
	return r.size == 8 && p[0] == ']' && !p[1];
}

static bool arm64_memory(const char *p, struct place_arg *a)
{
	struct reg r = arm64_take_reg(&p);

	a->kind = PLACE_ARG_MEM;
	a->reg = r.at;
	if (r.size != 8)
		return false;
	p = skip_blanks(p);
	if (p[0] == ']')
		return !p[1];
	if (*p == 'x')
		return arm64_index(p, a);
	return read_number(&p, &a->disp) && p[0] == ']' && !p[1];
}

static bool arm64_operand(const char *text, const struct context *c, struct place_arg *a)
{
	const char *p = text;
	struct reg r;
	int64_t n;

	(void)c;
	if (*text == '[')
		return arm64_memory(text + 1, a);
	if (read_number(&p, &n) && !*p) {
		set_constant(a, n);
		return true;
	}
	p = text;
	r = arm64_take_reg(&p);
	return !*p && set_register(a, r);
}

// ---- all -------------------------------------------------------------------

static const struct syntax syntaxes[] = {
	{ EM_X86_64, x86_operand },
	{ EM_AARCH64, arm64_operand },
};

// Up to the next blank that is not within brackets; the word is cut off the text.
static size_t word_length(const char *p)
{
	bool inside = false;
	size_t n = 0;

	for (; p[n] && (inside || p[n] != ' '); n++)
		inside = p[n] == '[' || (inside && p[n] != ']');
	return n;
}

// "-4f@": what is in front of the operand. Without, it is 8 bytes.
static const char *take_size(const char *word, struct place_arg *a)
{
	const char *at = strchr(word, '@'), *p = word;
	int64_t n;

	a->size = DEFAULT_SIZE;
	if (!at)
		return word;
	if (!read_number(&p, &n))
		return NULL;
	a->is_signed = n < 0;
	a->is_float = *p == 'f';
	p += a->is_float;
	if (p != at || n < -8 || n > 8)
		return NULL;
	a->size = (uint8_t)(n < 0 ? -n : n);
	return a->size == 1 || a->size == 2 || a->size == 4 || a->size == 8 ? at + 1 : NULL;
}

static void parse_one(const char *word, const struct syntax *syntax, const struct context *c, struct place_arg *a)
{
	static const struct place_arg none = {
		.kind = PLACE_ARG_NONE, .size = DEFAULT_SIZE, .reg = PLACE_NO_REG, .index = PLACE_NO_REG, .scale = 1,
	};
	const char *operand;

	*a = none;
	operand = take_size(word, a);
	if (!operand || !syntax->operand(operand, c, a)) {
		bool is_float = a->is_float;

		*a = none;
		a->is_float = is_float;
	}
}

uint32_t note_args_parse(uint16_t machine, const char *text, uint64_t pc, bool fixed,
	note_symbol_fn *symbol, void *arg, struct place_arg args[PLACE_ARGS])
{
	const struct context c = { pc, fixed, symbol, arg };
	const struct syntax *syntax = NULL;
	char word[WORD_SIZE];
	uint32_t n = 0;

	for (size_t i = 0; i < NELEMS(syntaxes); i++) {
		if (syntaxes[i].machine == machine)
			syntax = &syntaxes[i];
	}
	if (!syntax)
		return 0;
	for (text += strspn(text, " "); *text && n < PLACE_ARGS; text += strspn(text, " ")) {
		size_t len = word_length(text);

		snprintf(word, sizeof word, "%.*s", (int)(len < WORD_SIZE ? len : 0), text);
		parse_one(word, syntax, &c, &args[n++]);
		text += len;
	}
	return n;
}

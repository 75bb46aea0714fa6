// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The lexer alone. The first byte chooses modes: bit by bit, again and again.

#include <assert.h>
#include <stdlib.h>

#include "dlang/syntax/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lex_all(struct lexer *lx, uint8_t modes)
{
	struct token t;
	uint32_t last = 0;

	do {
		enum lex_mode mode = modes & 1 ? LEX_OUTER : modes & 2 ? LEX_MEMBER : LEX_EXPR;

		lx->predicate = modes & 4;
		t = lex_next(lx, mode);
		assert(t.kind < T_NTOKENS && t.span.begin >= last && t.span.end >= t.span.begin);
		assert(t.kind == T_EOF || t.kind == T_BAD || t.span.end > t.span.begin);
		assert(t.span.end <= lx->len);
		last = t.span.end;
		if (t.kind == T_PDESC)
			lex_expand(lx, &t);
		token_describe(lx->arena, &t);
		modes = (uint8_t)(modes >> 1 | modes << 7);
	} while (t.kind != T_EOF);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const args[] = { "a.d", "12", "-0x7f", "name", "\"quoted\"", "a b" };
	struct arena *a = arena_new(0, NULL, NULL);
	struct sources set;
	struct diags diags;
	struct macros macros;
	struct unit unit = { 0 };
	struct lexer lx;

	sources_init(&set, a);
	diags_init(&diags, a, 0);
	macros_init(&macros, a, args, sizeof args / sizeof args[0]);
	lex_init(&lx, &set, sources_add(&set, SOURCE_FILE, "fuzz.d",
					(const char *)data + (size > 0), size - (size > 0)));
	lx.interns = interns_new(a, NULL);
	lx.diags = &diags;
	lx.unit = &unit;
	lx.macros = size && data[0] & 0x80 ? NULL : &macros;
	lex_all(&lx, size ? data[0] : 0);
	arena_free(a);
	return 0;
}

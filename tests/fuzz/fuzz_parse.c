// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The parser, the dump of what it made, and the rendering of what it said. The
// first byte, a digit in the seeds, is the kind of program.

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/syntax/ast_dump.h"
#include "dlang/syntax/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool ends_in_t(void *ctx, const char *name)
{
	size_t n = strlen(name);

	(void)ctx;
	return n > 2 && strcmp(name + n - 2, "_t") == 0;
}

static void check(struct arena *a, const struct parse_ctx *ctx, const struct unit *u)
{
	const struct diags *diags = ctx->diags;
	struct sbuf out;

	sbuf_init(&out, a);
	for (uint32_t i = 0; i < diags->list.n; i++) {
		assert(diags->list.v[i].span.begin <= diags->list.v[i].span.end);
		assert(!strchr(diags->list.v[i].text, '\n'));
		diag_render(&out, ctx->sources, &diags->list.v[i], true);
	}
	ast_dump(&out, u);
	// A tree that holds a poisoned node has an explanation.
	assert(diag_any(diags) || !strstr(out.s, "  error\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const args[] = { "a.d", "12", "-0x7f", "name", "\"quoted\"", "a b" };
	struct arena *a = arena_new(0, NULL, NULL);
	struct sources set;
	struct diags diags;
	struct macros macros;
	struct parse_ctx ctx = { .arena = a, .interns = interns_new(a, NULL), .diags = &diags,
		.sources = &set, .macros = &macros, .is_type = ends_in_t };

	sources_init(&set, a);
	diags_init(&diags, a, 50);
	macros_init(&macros, a, args, sizeof args / sizeof args[0]);
	if (size) {
		ctx.kind = (enum program_kind)(data[0] % 6);
		ctx.pspec = data[0] & 0x40;
		data++;
		size--;
	}
	ctx.source = sources_add(&set, SOURCE_FILE, "fuzz.d", (const char *)data, size);
	check(a, &ctx, parse(&ctx));
	arena_free(a);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Parses a D program from the standard input and prints its tree, or what is
// wrong with it. Options: -n -f -m -P -i as of dtrace(1), -x pspec. Operands are
// macro arguments. Names that end in _t are types.

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dlang/syntax/ast_dump.h"
#include "dlang/syntax/parse.h"

#define TEXT_MAX (1 << 20)

static bool ends_in_t(void *ctx, const char *name)
{
	size_t n = strlen(name);

	(void)ctx;
	return n > 2 && strcmp(name + n - 2, "_t") == 0;
}

static bool read_options(struct parse_ctx *ctx, int argc, char **argv)
{
	static const char letters[] = "nfmPi";
	int c;

	while ((c = getopt(argc, argv, "nfmPix")) != -1) {
		const char *at = strchr(letters, c);

		if (c == '?')
			return false;
		if (c == 'x')
			ctx->pspec = true;
		else
			ctx->kind = (enum program_kind)(PROGRAM_NAME + (at - letters));
	}
	return true;
}

int main(int argc, char **argv)
{
	static char text[TEXT_MAX];
	struct arena *a = arena_new(0, NULL, NULL);
	struct sources set;
	struct diags diags;
	struct macros macros;
	struct sbuf out;
	struct parse_ctx ctx = { .arena = a, .interns = interns_new(a, NULL), .diags = &diags,
		.sources = &set, .macros = &macros, .is_type = ends_in_t };
	size_t n = fread(text, 1, sizeof text, stdin);
	struct unit *u;

	if (!read_options(&ctx, argc, argv)) {
		arena_free(a);
		return 2;
	}
	sources_init(&set, a);
	diags_init(&diags, a, 20);
	argv[optind - 1] = (char *)"test.d";
	macros_init(&macros, a, (const char *const *)argv + optind - 1, (uint32_t)(argc - optind + 1));
	macros.value[MACRO_PID] = 1234;
	macros.value[MACRO_TARGET] = 4321;
	ctx.source = sources_add(&set, ctx.kind == PROGRAM_FILE ? SOURCE_FILE : SOURCE_STRING,
				 "test.d", text, n);
	u = parse(&ctx);
	macros_check_unused(&macros, &diags, (struct span){ .source = SOURCE_NONE });
	sbuf_init(&out, a);
	if (!diag_any(&diags))
		ast_dump(&out, u);
	for (uint32_t i = 0; i < diags.list.n; i++)
		diag_render(&out, &set, &diags.list.v[i], true);
	fwrite(out.s, 1, out.n, stdout);
	n = diag_any(&diags);
	arena_free(a);
	return (int)n;
}

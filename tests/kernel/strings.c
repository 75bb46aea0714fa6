// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Random cases for the string subroutines, as a D program and what it must
// print: strings STRSIZE SEED CASES PROGRAM EXPECTED. Each case is a clause of
// its own; what it gives comes from the model of the run-time library.

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/runtime_model.h"

enum { MAX = 1024 };

// s and t strings, i number, c character, b base; the last letter may be left out.
static const struct {
	const char *call, *model, *args;
	bool number, null, optional;
	int fault;		// of a result that is not 0
} functions[] = {
	{ "strlen", "dt_strlen", "s", true, false, false, 0 },
	{ "index", "dt_index", "sti", true, false, true, 0 },
	{ "rindex", "dt_rindex", "sti", true, false, true, 0 },
	{ "strtoll", "dt_strtoll", "sb", true, false, true, 0 },
	{ "basename", "dt_basename", "s", false, false, false, 0 },
	{ "dirname", "dt_dirname", "s", false, false, false, 0 },
	{ "cleanpath", "dt_cleanpath", "s", false, false, false, 0 },
	{ "tolower", "dt_tolower", "s", false, false, false, 0 },
	{ "toupper", "dt_toupper", "s", false, false, false, 0 },
	{ "strjoin", "dt_strjoin", "st", false, false, false, 5 },
	{ "substr", "dt_substr", "sii", false, false, true, 0 },
	{ "lltostr", "dt_lltostr", "ib", false, false, true, 0 },
	{ "strchr", "dt_strchr", "sc", false, true, false, 0 },
	{ "strrchr", "dt_strrchr", "sc", false, true, false, 0 },
	{ "strstr", "dt_strstr", "st", false, true, false, 0 },
	{ "strtok", "dt_strtok", "st", false, true, false, 0 },
	{ "json", "dt_json", "st", false, true, false, 0 },
};

enum { NFUNCTIONS = sizeof functions / sizeof *functions };

struct one {
	char s[MAX], t[MAX];
	int64_t n[4];
	bool s_null;
};

static uint64_t rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void random_text(char *out, uint32_t size, uint64_t *state)
{
	static const char *const alphabets[] = { "a", "ab", "/", "/.a", "/..", " -+0x19afZ", ",;a",
		"[]{}\":,a1", "azAZ@[`{\\\"'?%09" };
	static const char *const whole[] = { "", "{\"a\":[1,{\"b\":\"x\"}]}", "a[1].b", "{\"a\":\"b\"}", "a",
		"[[0,1],true]", "[0][1]", "[1]", "/a/../b", "-0x7f" };
	const char *alphabet = alphabets[rnd(state) % 9];
	uint32_t len = (uint32_t)(rnd(state) % 20);

	*out = '\0';
	if (rnd(state) % 4 == 0) {
		strcpy(out, whole[rnd(state) % 10]);
		return;
	}
	if (rnd(state) % 6 == 0)
		len = size - 2 + (uint32_t)(rnd(state) % 4);
	for (uint32_t i = 0; i < len; i++)
		out[i] = alphabet[rnd(state) % strlen(alphabet)];
	out[len] = '\0';
}

static int64_t random_number(uint32_t size, uint64_t *state)
{
	const int64_t edges[] = { 0, 1, -1, size, -(int64_t)size, size - 1, size + 1, 2147483647, -2147483647, 4096 };

	return rnd(state) % 3 ? (int64_t)(rnd(state) % 40) - 12 : edges[rnd(state) % 10];
}

static void put_literal(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s; s++)
		fprintf(f, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
	putc('"', f);
}

static void put_arguments(FILE *f, const char *args, const struct one *c)
{
	uint32_t k = 0;

	for (const char *a = args; *a; a++) {
		if (a > args)
			fputs(", ", f);
		if (*a == 's' && c->s_null)
			fputs("none", f);
		else if (*a == 's')
			put_literal(f, c->s);
		else if (*a == 't')
			put_literal(f, c->t);
		else
			fprintf(f, "%" PRId64, c->n[k++]);
	}
}

static const struct model *model_of(const char *name)
{
	for (uint32_t i = 0; i < runtime_model_count; i++)
		if (!strcmp(runtime_models[i].name, name))
			return &runtime_models[i];
	fprintf(stderr, "no model of %s\n", name);
	exit(1);
}

// What the optional arguments are when they are left out, as the compiler passes them.
static void fill_numbers(struct one *c, const char *args, bool optional, bool left_out, uint32_t size,
	uint64_t *state)
{
	uint32_t k = 0;

	memset(c->n, 0, sizeof c->n);
	for (const char *a = args; *a; a++) {
		if (*a == 'i')
			c->n[k++] = random_number(size, state);
		if (*a == 'c')
			c->n[k++] = *c->s ? c->s[rnd(state) % strlen(c->s)] : 'x';
		if (*a == 'b')
			c->n[k++] = left_out ? 10 : 2 + (int64_t)(rnd(state) % 35);
	}
	if (optional && args[strlen(args) - 1] == 'i')
		c->n[k] = !left_out;
}

// All clauses are of one firing: strtok(NULL, t) goes on where the last call was.
struct tokens {
	uint8_t text[MAX];
	int64_t at;
};

static void expect(FILE *f, int number, uint32_t i, const struct one *c, uint32_t size, struct tokens *tokens)
{
	static uint8_t s[MAX], t[MAX], dst[MAX];
	struct model_call call = { .size = size, .dst = dst, .s = s, .t = t };
	bool is_strtok = !strcmp(functions[i].call, "strtok");
	int64_t r;

	memset(s, 0, sizeof s);
	memset(t, 0, sizeof t);
	strncpy((char *)s, c->s, size - 1);
	strncpy((char *)t, c->t, size - 1);
	memcpy(call.n, c->n, sizeof call.n);
	*dst = '\0';
	if (is_strtok && c->s_null) {
		memcpy(s, tokens->text, sizeof s);
		call.n[0] = tokens->at;
	}
	r = model_of(functions[i].model)->run(&call);
	if (is_strtok) {
		memcpy(tokens->text, s, sizeof s);
		tokens->at = r;
	}
	if (c->s_null && strchr(functions[i].args, 's') && !is_strtok)
		fprintf(f, "%d fault 1\n", number);
	else if (functions[i].number)
		fprintf(f, "%d %" PRId64 "\n", number, r);
	else if (functions[i].fault && r)
		fprintf(f, "%d fault %d\n", number, functions[i].fault);
	else if (functions[i].null && (is_strtok ? r < 0 : r != 0))
		fprintf(f, "%d <> 1\n", number);
	else
		fprintf(f, "%d <%s> 0\n", number, (char *)dst);
}

static void put_case(FILE *program, FILE *expected, int number, uint32_t size, uint64_t *state,
	struct tokens *tokens)
{
	static struct one c;
	uint32_t i = (uint32_t)(rnd(state) % NFUNCTIONS);
	bool left_out = functions[i].optional && rnd(state) % 2;
	char args[8];

	random_text(c.s, size, state);
	random_text(c.t, size, state);
	c.s_null = rnd(state) % 20 == 0;
	fill_numbers(&c, functions[i].args, functions[i].optional, left_out, size, state);
	strcpy(args, functions[i].args);
	if (left_out)
		args[strlen(args) - 1] = '\0';
	fprintf(program, "BEGIN { number = %d; %s = %s(", number, functions[i].number ? "n" : "r",
		functions[i].call);
	put_arguments(program, args, &c);
	fprintf(program, functions[i].number ? "); printf(\"%%d %%d\\n\", number, n); }\n" :
		"); printf(\"%%d <%%s> %%d\\n\", number, r, r == NULL); }\n");
	expect(expected, number, i, &c, size, tokens);
}

int main(int argc, char **argv)
{
	static struct tokens tokens = { .at = -1 };
	FILE *program, *expected;
	uint32_t size;
	uint64_t state;

	if (argc != 6)
		return 2;
	size = (uint32_t)atoi(argv[1]);
	state = strtoull(argv[2], NULL, 10) * 2654435761u + 88172645463325252ull;
	program = fopen(argv[4], "w");
	expected = fopen(argv[5], "w");
	if (!program || !expected || size > MAX / 2)
		return 2;
	fprintf(program, "#pragma D option quiet\n#pragma D option strsize=%u\n", size);
	fputs("string none;\nstring r;\nint64_t n;\nint number;\nBEGIN { none = NULL; }\n", program);
	for (int i = 0; i < atoi(argv[3]); i++)
		put_case(program, expected, i, size, &state, &tokens);
	fputs("BEGIN { exit(0); }\nERROR { printf(\"%d fault %d\\n\", number, arg4); }\n", program);
	return fclose(program) || fclose(expected);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// D libraries: the order that depends_on asks for, what is skipped, what is
// reported; and that a prelude means the same as reading the libraries anew.

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "dlang/types/type.h"
#include "tests/unit/suite.h"

#define N(t) (sizeof(t) / sizeof *(t))

static const struct probe_hook hook = { .kind = HOOK_BEGIN, .name = "begin" };
static const struct probe begin_probe = { .id = 1, .prov = "dtrace", .mod = "", .func = "", .name = "BEGIN", .hook = &hook };

static int match(void *ctx, const struct probe_desc *d, bool (*fn)(void *arg, const struct probe *p),
		 void *arg, const char **why)
{
	(void)ctx;
	(void)d;
	(void)why;
	fn(arg, &begin_probe);
	return 1;
}

static void names(void *ctx, int field, void (*fn)(void *arg, const char *name), void *arg)
{
	(void)ctx;
	fn(arg, field == 0 ? "dtrace" : "vmlinux");
}

static const struct probe_source source = { .match = match, .names = names };

struct run {
	struct arena *arena;
	struct dlang_env env;
	struct dlang_result res;
};

static void begin(struct run *r)
{
	*r = (struct run){ .arena = arena_new(0, NULL, NULL) };
	r->env.arena = r->arena;
	r->env.interns = interns_new(r->arena, NULL);
	r->env.types = types_new(r->arena, r->env.interns, NULL);
	r->env.probes = &source;
	r->env.ncpus = 1;
}

static struct dlang_text text(const char *name, const char *s)
{
	return (struct dlang_text){ .kind = TEXT_FILE, .name = name, .text = s, .len = strlen(s) };
}

// What sema made of the program: its dump, or the first diagnostic.
static const char *compile(struct run *r, const struct dlang_text *libs, uint32_t n, const char *program,
			   const char *option, const char *value)
{
	struct dlang_text t = text("test.d", program);
	struct option_setting o = { option, value };
	struct dlang_request req = { .texts = &t, .ntexts = 1, .libraries = libs, .nlibraries = n,
				     .options = &o, .noptions = option != NULL, .dump = 't' };

	dlang_compile(&r->env, &req, &r->res);
	return r->res.diags.list.n ? r->res.diags.list.v[0].text : r->res.dump_text;
}

#define A "#pragma D depends_on library b.d\ninline int one = two - 1;\n"
#define BB "#pragma D depends_on library c.d\n#pragma D depends_on provider dtrace\ninline int two = three - 1;\n"
#define C "#pragma D depends_on module vmlinux\ninline int three = 3;\n"

static const struct {
	const char *libs[4];		// a.d b.d c.d d.d
	const char *program, *found;
} rows[] = {
	{ { A, BB, C }, "BEGIN { trace(one); }", "(trace 1<int>)" },
	{ { A, BB, C, "#pragma D depends_on library a.d\ninline int four = one + 3;" }, "BEGIN { trace(four); }", "(trace 4<int>)" },
	{ { A }, "BEGIN { trace(one); }", "unknown identifier 'one'" },
	{ { "#pragma D depends_on provider none\ninline int one = 1;" }, "BEGIN { trace(one); }", "unknown identifier" },
	{ { "#pragma D depends_on module none\ninline int one = 1;" }, "BEGIN { trace(one); }", "unknown identifier" },
	{ { "#pragma D depends_on library b.d\n", "#pragma D depends_on library a.d\ninline int one = 1;" },
	  "BEGIN { trace(one); }", "b.d depends on a.d, which depends on it" },
	{ { "#pragma D depends_on library a.d\ninline int one = 1;" }, "BEGIN { trace(one); }", "a.d depends on itself" },
	{ { "inline int one = none;" }, "BEGIN { trace(1); }", "unknown identifier 'none'" },
	{ { "inline int one = ;" }, "BEGIN { trace(1); }", "expected an expression" },
	{ { "BEGIN { trace(1); }" }, "BEGIN { trace(1); }", "a library declares" },
	{ { "typedef struct p { int x; } p_t; translator p_t < int i > { x = i + 1; };" },
	  "p_t v; BEGIN { v.x = xlate <p_t> (3).x; }", "4<int>" },
	{ { "int hits;" }, "BEGIN { hits++; }", "(post++ hits<int>)" },
	{ { "inline int one = 1;" }, "inline int one = 2; BEGIN { }", "one is already an inline" },
	{ { "inline int one = 1;" }, "BEGIN { one = 2; }", "one is an inline and cannot be assigned to" },
	{ { "" }, "BEGIN { trace(1); }", "(trace 1<int>)" },
};

START_TEST(cases)
{
	static const char *const files[] = { "/x/a.d", "/x/b.d", "/y/c.d", "/y/d.d" };
	struct dlang_text libs[4];
	struct run r;
	uint32_t n = 0;
	const char *got;

	begin(&r);
	for (; n < 4 && rows[_i].libs[n]; n++)
		libs[n] = text(files[n], rows[_i].libs[n]);
	got = compile(&r, libs, n, rows[_i].program, NULL, NULL);
	ck_assert_msg(got && strstr(got, rows[_i].found), "%s: %s", rows[_i].program, got ? got : "nothing");
	arena_free(r.arena);
}
END_TEST

// The first of one file name counts.
START_TEST(duplicates)
{
	struct dlang_text libs[] = { text("/x/a.d", "inline int one = 1;"), text("/y/a.d", "inline int one = 2;") };
	struct run r;

	begin(&r);
	ck_assert(strstr(compile(&r, libs, 2, "BEGIN { trace(one); }", NULL, NULL), "(trace 1<int>)"));
	arena_free(r.arena);
}
END_TEST

static const char system_library[] =
	"struct named { string name; int x; };\ninline int size = sizeof (struct named);\n";

static void with_prelude(struct run *r, const struct dlang_text *system)
{
	struct sources *sources;
	struct diags d;

	begin(r);
	diags_init(&d, r->arena, 20);
	r->env.prelude = dlang_prelude_new(&r->env, system, 1, &d, &sources);
	ck_assert(!diag_any(&d));
	r->env.types = types_new(r->arena, r->env.interns, NULL);
}

static const struct {
	const char *option, *value, *user, *program, *found;
} preludes[] = {
	{ NULL, NULL, NULL, "BEGIN { trace(size); }", "(trace 260<int>)" },
	{ "strsize", "64", NULL, "BEGIN { trace(size); }", "(trace 68<int>)" },
	{ NULL, NULL, NULL, "#pragma D option strsize=32\nBEGIN { trace(size); }", "(trace 36<int>)" },
	{ "nolibs", NULL, NULL, "BEGIN { trace(size); }", "unknown identifier 'size'" },
	{ NULL, NULL, "#pragma D depends_on library sys.d\ninline int twice = 2 * size;", "BEGIN { trace(twice); }", "(trace 520<int>)" },
	{ "strsize", "64", "#pragma D depends_on library sys.d\ninline int twice = 2 * size;", "BEGIN { trace(twice); }", "(trace 136<int>)" },
	{ "nolibs", NULL, "inline int twice = 2;", "BEGIN { trace(twice); }", "unknown identifier 'twice'" },
	{ NULL, NULL, "inline int size = 2;", "BEGIN { trace(1); }", "size is already an inline" },
};

START_TEST(prelude)
{
	struct dlang_text system = text("sys.d", system_library), user;
	struct run r;
	const char *got;

	with_prelude(&r, &system);
	if (preludes[_i].user)
		user = text("/home/me/user.d", preludes[_i].user);
	got = compile(&r, &user, preludes[_i].user != NULL, preludes[_i].program, preludes[_i].option,
		      preludes[_i].value);
	ck_assert_msg(got && strstr(got, preludes[_i].found), "%s: %s", preludes[_i].program,
		      got ? got : "nothing");
	arena_free(r.arena);
}
END_TEST

// What is wrong in a library is told as of the library.
START_TEST(places)
{
	struct dlang_text libs[] = { text("/x/a.d", "inline int one = 1;\ninline int two = none;\n") };
	struct position pos;
	struct run r;

	begin(&r);
	compile(&r, libs, 1, "BEGIN { }", NULL, NULL);
	ck_assert(span_position(r.res.sources, r.res.diags.list.v[0].span, &pos));
	ck_assert_str_eq(pos.file, "/x/a.d");
	ck_assert_uint_eq(pos.line, 2);
	arena_free(r.arena);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("libraries");

	tcase_add_loop_test(t, cases, 0, (int)N(rows));
	tcase_add_test(t, duplicates);
	tcase_add_loop_test(t, prelude, 0, (int)N(preludes));
	tcase_add_test(t, places);
	return suite_run("library", t);
}

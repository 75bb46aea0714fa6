// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Provider files: their syntax, and reading them against a catalogue of two
// hooks: which alternative is taken, what is missing and why, names of old scripts.

#include <check.h>
#include <errno.h>
#include <string.h>

#include "dlang/dlang.h"
#include "dlang/stable.h"
#include "dlang/syntax/ast_dump.h"
#include "dlang/syntax/parse.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"
#include "providers/processes.h"
#include "providers/stable.h"
#include "tests/unit/suite.h"

static struct arena *a;
static struct interns *interns;
static struct catalogue *catalogue;
static struct probe_source source;
static struct dlang_env env;
static struct sources *sources;
static struct dlang_prelude *prelude;
static struct diags diags;

static const struct probe_arg args[] = {
	{ .source = { ARG_CTX, 0, 0 }, .ctype = "int" }, { .source = { ARG_CTX, 1, 0 }, .ctype = "long" },
};

// hook:mod::one and hook:mod::two; nothing else is in it.
static void setup(void)
{
	static const char *const names[] = { "one", "two" };

	a = arena_new(0, NULL, NULL);
	interns = interns_new(a, NULL);
	catalogue = catalogue_new(a, interns, &(struct provider_env){ 0 });
	for (size_t i = 0; i < 2; i++)
		catalogue_add(catalogue, (struct probe){
			.prov = "hook", .mod = "mod", .name = names[i], .nargs = 2, .args = args,
			.hook = catalogue_hook(catalogue, (struct probe_hook){ .kind = HOOK_TP_BTF, .name = names[i] }),
		});
	source = catalogue_source(catalogue);
	env = (struct dlang_env){ .arena = a, .interns = interns, .types = types_new(a, interns, NULL),
		.probes = &source, .ncpus = 1 };
	diags_init(&diags, a, 20);
	prelude = dlang_prelude_new(&env, NULL, 0, &diags, &sources);
}

static void teardown(void)
{
	a = arena_free(a);
}

static void read_text(const char *text)
{
	struct probe_sink sink = stable_sink(stable_publisher_new(catalogue));
	struct dlang_text t = { .kind = TEXT_STABLE, .name = "file.d", .text = text, .len = strlen(text) };

	dlang_stable_read(prelude, &t, 1, &sink, &diags);
}

static bool take(void *arg, const struct probe *p)
{
	*(const struct probe **)arg = p;
	return true;
}

static const struct probe *find(const char *mod, const char *func, const char *name, const char **why)
{
	struct probe_desc d = { .prov = "p", .mod = mod, .func = func, .name = name };
	const struct probe *p = NULL;

	*why = NULL;
	catalogue_match(catalogue, &d, take, &p, why);
	return p;
}

struct seen {
	char names[8];
	size_t n;
};

static bool see(void *arg, const struct probe *p)
{
	struct seen *s = arg;

	ck_assert_uint_lt(s->n, sizeof s->names - 1);
	s->names[s->n++] = *p->name;
	return true;
}

// ---- syntax ----------------------------------------------------------------

START_TEST(binding)
{
	static const char text[] =
		"bind p:::x = process approximate \"so\" h:::a, h:::b /arg0 > 0/ (arg1, 2) |\n"
		"  current (args[0]) h:::c;\n"
		"bind p:::y = none \"why\";\n"
		"alias p:genunix::x, p::f:x = p:::x;\n";
	struct sources set;
	struct parse_ctx ctx = { .arena = a, .interns = interns, .diags = &diags, .sources = &set, .bindings = true };
	const struct bind_def *b;
	struct unit *u;

	sources_init(&set, a);
	ctx.source = sources_add(&set, SOURCE_FILE, "t.d", text, strlen(text));
	u = parse(&ctx);
	ck_assert_uint_eq(diags.list.n, 0);
	ck_assert_uint_eq(u->items.n, 3);
	b = u->items.v[0].bind;
	ck_assert_str_eq(b->probe.field[3], "x");
	ck_assert_uint_eq(b->alts.n, 2);
	ck_assert_uint_eq(b->alts.v[0].hooks.n, 2);
	ck_assert(b->alts.v[0].process && !b->alts.v[1].process);
	ck_assert_str_eq(b->alts.v[0].approximate, "so");
	ck_assert_ptr_nonnull(b->alts.v[0].cond);
	ck_assert_uint_eq(b->alts.v[0].args.n, 2);
	ck_assert_ptr_nonnull(b->alts.v[1].current);
	ck_assert(!b->alts.v[1].has_args);
	ck_assert_str_eq(u->items.v[1].bind->none, "why");
	ck_assert_uint_eq(u->items.v[2].alias->names.n, 2);
}
END_TEST

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "bind p:::x h:::a;", "line 1: expected '=' and what the probe is bound to" },
	{ "\nbind p:::x = ;", "line 2: expected the probe that it is bound to" },
	{ "bind p:::x = none;", "line 1: expected a string that says why it cannot fire" },
	{ "bind p:::x = h:::a (1;", "line 1: expected ')'" },
	{ "alias p:::x;", "line 1: expected '=' and the probe that is meant" },
	{ "provider p { probe x(); };\nbind p:::z = hook:::one ();", "line 2: no provider of this file declares p:::z" },
	{ "provider p { probe x(nosuch_t *n); };", "line 1: " },
};

START_TEST(errors)
{
	struct sbuf line;

	read_text(wrong[_i].text);
	ck_assert_uint_ge(diags.list.n, 1);
	sbuf_init(&line, a);
	diag_line(&line, sources, &diags.list.v[0], false);
	ck_assert_msg(strstr(line.s, wrong[_i].error), "%s gives %s", wrong[_i].text, line.s);
}
END_TEST

// ---- reading ---------------------------------------------------------------

START_TEST(alternatives)
{
	const struct probe *p;
	const char *why;

	read_text("provider p { probe x(int a); probe y(int a); probe z(); probe n(); probe many__more(long a); };\n"
		  "bind p:::x = hook:::absent (arg0) | hook:::one (no_such_name) | hook:::two ((int)arg0);\n"
		  "bind p:::y = hook:::absent (arg0);\n"
		  "bind p:::z = none \"it cannot be\";\n"
		  "bind p:::many-more = hook:::one (args[1]);\n"
		  "bind p:::many-more = hook:::two (args[1]);\n");
	ck_assert_uint_eq(diags.list.n, 0);
	p = find(NULL, NULL, "x", &why);
	ck_assert_ptr_nonnull(p);
	ck_assert_str_eq(p->mod, "mod");
	ck_assert_str_eq(p->func, "two");
	ck_assert_uint_eq(p->binding->sites.n, 1);
	ck_assert_str_eq(p->args[0].ctype, "int");
	ck_assert_ptr_null(find(NULL, NULL, "y", &why));
	ck_assert_str_eq(why, "p:::y cannot fire here: this kernel has no hook:::absent");
	ck_assert_ptr_null(find(NULL, NULL, "z", &why));
	ck_assert_str_eq(why, "p:::z cannot fire here: it cannot be");
	ck_assert_ptr_null(find(NULL, NULL, "n", &why));
	ck_assert_str_eq(why, "p:::n cannot fire here: no event of the kernel is bound to it");
	p = find(NULL, NULL, "many-more", &why);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(p->binding->sites.n, 2);
	ck_assert_uint_lt(p->binding->sites.v[0].order, p->binding->sites.v[1].order);
}
END_TEST

// A kernel that lacks what one of two bindings reads has the probe by the other, and nobody is told before he asks.
START_TEST(part_of_a_probe)
{
	const struct probe *p;
	const char *why;

	read_text("provider p { probe x(int a); };\n"
		  "bind p:::x = hook:::one (gone);\n"
		  "bind p:::x = hook:::two ((int)arg0);\n");
	ck_assert_uint_eq(diags.list.n, 0);
	p = find(NULL, NULL, "x", &why);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(p->binding->sites.n, 1);
	ck_assert_str_eq(p->note, "not all of its events are seen: \"file.d\", line 2: unknown identifier 'gone'");
}
END_TEST

// What is wrong with a binding that has no other alternative, and where; the file's other probes are not concerned.
static const struct {
	const char *text, *error;
} wrong_binding[] = {
	{ "bind p:::x = hook:::one\n /arg0 > 1 &&\n argz > 1/ (1);", "\"file.d\", line 4: unknown identifier 'argz'" },
	{ "bind p:::x = hook:::one (\nargz);", "\"file.d\", line 3: unknown identifier 'argz'" },
	{ "bind p:::x = current (argz) hook:::one (1);", "\"file.d\", line 2: unknown identifier 'argz'" },
	{ "bind p:::x = hook:::one ();", "\"file.d\", line 2: the binding of p:::x gives 0 arguments, argument 1 is missing" },
	{ "bind p:::x = hook:::absent (1) |\n hook:::two (argz);", "\"file.d\", line 3: unknown identifier 'argz'" },
	{ "hook:::one {\n n = argz; }\nbind p:::x = hook:::two /n/ (1);\nbind p:::x = hook:::one /n/ (1);",
		"\"file.d\", line 3: unknown identifier 'argz'" },
};

START_TEST(wrong_bindings)
{
	const char *why;
	struct sbuf line;

	read_text(arena_printf(a, "provider p { probe x(int a); probe good(); };\n%s\nbind p:::good = hook:::one ();",
			       wrong_binding[_i].text));
	ck_assert_uint_eq(diags.list.n, 1);
	sbuf_init(&line, a);
	diag_line(&line, sources, &diags.list.v[0], false);
	ck_assert_str_eq(line.s, wrong_binding[_i].error);
	ck_assert_ptr_null(find(NULL, NULL, "x", &why));
	ck_assert_str_eq(why, strstr(wrong_binding[_i].text, "absent") ? "p:::x cannot fire here: this kernel has no hook:::absent" :
			 arena_printf(a, "p:::x cannot fire here: %s", line.s));
	ck_assert_ptr_nonnull(find(NULL, NULL, "good", &why));
}
END_TEST

// A binding that reads what a clause with an error assigns is none; others are not concerned.
START_TEST(state)
{
	const char *why;

	read_text("provider p { probe x(); probe y(); probe z(); };\n"
		  "hook:::one { good = arg0; }\n"
		  "hook:::one { bad = no_such_name; }\n"
		  "bind p:::x = hook:::two /good/ ();\n"
		  "bind p:::y = hook:::two /bad/ ();\n"
		  "bind p:::z = hook:::two /bad == 1/ ();\n");
	ck_assert_ptr_nonnull(find(NULL, NULL, "x", &why));
	ck_assert_ptr_null(find(NULL, NULL, "y", &why));
	ck_assert_ptr_nonnull(strstr(why, "unknown identifier 'no_such_name'"));
	ck_assert_ptr_null(find(NULL, NULL, "z", &why));
	ck_assert_ptr_nonnull(strstr(why, "unknown identifier 'no_such_name'"));
}
END_TEST

START_TEST(aliases)
{
	const struct probe *p;
	const char *why;

	read_text("provider p { probe x(); };\nbind p:::x = hook:::one ();\n"
		  "alias p:genunix::x, p::old_function:x = p:::x;\n");
	p = find(NULL, NULL, "x", &why);
	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_eq(find("genunix", NULL, NULL, &why), p);
	ck_assert_ptr_eq(find("genunix", "any", "x", &why), p);
	ck_assert_ptr_eq(find(NULL, "old_function", "x", &why), p);
	ck_assert_ptr_eq(find("any", "old_function", "x", &why), p);
	ck_assert_ptr_eq(find("gen*", NULL, "x", &why), p);
	ck_assert_ptr_null(find("unix", NULL, "x", &why));
	ck_assert_ptr_null(find(NULL, "other", "x", &why));
	ck_assert_ptr_null(find("genunix", NULL, "y", &why));
}
END_TEST

// An open name means all that it may mean, each once, in the order of their numbers.
START_TEST(open_aliases)
{
	struct probe_desc d = { .prov = "p", .mod = "genunix" };
	struct seen seen = { .n = 0 };
	const char *why = NULL;

	read_text("provider p { probe x(); probe y(); probe z(); };\nbind p:::x = hook:::one ();\n"
		  "bind p:::y = hook:::one ();\nbind p:::z = hook:::one ();\n"
		  "alias p:genunix::z, p:genunix:old:z = p:::z;\nalias p:genunix::x = p:::x;\n");
	ck_assert_int_eq(catalogue_match(catalogue, &d, see, &seen, &why), 2);
	ck_assert_str_eq(seen.names, "xz");
	d.func = "old";
	ck_assert_int_eq(catalogue_match(catalogue, &d, see, &seen, &why), 2);	// z by its own name, x by an open one
}
END_TEST

START_TEST(stability)
{
	const char *why;

	read_text("#pragma D attributes Stable/Evolving/Common provider p provider\n"
		  "#pragma D attributes Standard/Stable/Group provider p args\n"
		  "provider p { probe x(); };\nbind p:::x = hook:::one ();\n");
	ck_assert_str_eq(provider_attributes(find(NULL, NULL, "x", &why)->owner, a),
		"Private/Private/Unknown Standard/Stable/Group");
}
END_TEST

// ---- of processes ----------------------------------------------------------

static void read_process(void *ctx, const struct process_owner *p, const char *process)
{
	struct dlang_env own = env;
	struct probe_source layered = catalogue_source(ctx);
	struct probe_sink sink = stable_sink(stable_publisher_of(ctx, p));

	own.probes = &layered;
	own.prelude = prelude;
	dlang_process_read(&own, p->provider, process, &sink);
}

// What the core answers to the wants of that layer: f is there, g is not.
static struct catalogue *answered(const struct processes *wanted)
{
	static const struct process_place entry = { "pid12", "a.out", "f", "entry", 1 };
	static const struct process_place returns = { "pid12", "a.out", "f", "return", 2 };
	struct catalogue *c = catalogue_layer(a, interns, catalogue, 0, 0);

	for (uint32_t i = 0; i < wanted->wants.n; i++) {
		struct process_want w = wanted->wants.v[i];

		w.none = strcmp(w.desc.func, "g") == 0 ? "it has no g" : NULL;
		catalogue_restore_want(c, &w);
	}
	catalogue_answer(c, &(struct process_set){ .kind = PROCESS_ENTRY, .id_base = 1000, .n = 1, .places = &entry });
	catalogue_answer(c, &(struct process_set){ .kind = PROCESS_RETURN, .number = 1, .id_base = 1001, .n = 1,
		.places = &returns });
	catalogue_answered(c, 1002, 0, NULL);
	catalogue_set_reader(c, read_process, c);
	return c;
}

static void check_wants(struct catalogue *c)
{
	static const char *const wanted[][2] = { { "f", "entry" }, { "f", "return" }, { "g", "entry" } };
	const struct processes *p = catalogue_processes(c);

	ck_assert(catalogue_want(c, &(struct probe_desc){ .prov = "p12", .name = "x" }));
	ck_assert(catalogue_want(c, &(struct probe_desc){ .prov = "p12", .name = "y" }));
	ck_assert_uint_eq(p->ids, 3);
	ck_assert_uint_eq(p->wants.n, 3);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(p->wants.v[i].pid, 12);
		ck_assert_str_eq(p->wants.v[i].desc.prov, "pid12");
		ck_assert_str_eq(p->wants.v[i].desc.func, wanted[i][0]);
		ck_assert_str_eq(p->wants.v[i].desc.name, wanted[i][1]);
	}
}

START_TEST(of_processes)
{
	struct catalogue *asking = catalogue_layer(a, interns, catalogue, 0, 0), *c;
	const struct probe *p = NULL;
	const char *why = NULL;

	read_text("provider p { probe x(int n); probe y(); probe z(); };\n"
		"pid$target::f:entry { self->n = 1; }\n"
		"bind p:::x = pid$target::f:return /self->n/ ((int)arg1);\n"
		"bind p:::y = none \"nobody does\";\n"
		"bind p:::z = pid$target::g:entry () | pid$target::f:entry (1);\n");
	ck_assert(!diag_any(&diags));
	ck_assert_ptr_null(find(NULL, NULL, "x", &why));
	ck_assert_str_eq(why, "the number of a process belongs to the provider's name: p1234, or p$target with -p or -c");
	check_wants(asking);
	c = answered(catalogue_processes(asking));
	ck_assert(!catalogue_want(c, &(struct probe_desc){ .prov = "p12", .name = "x" }));
	ck_assert_int_eq(catalogue_match(c, &(struct probe_desc){ .prov = "p12", .name = "x" }, take, &p, &why), 1);
	ck_assert_str_eq(p->prov, "p12");
	ck_assert_str_eq(p->func, "f");
	ck_assert_str_eq(p->owner->name, "p");
	ck_assert_uint_eq(p->id, 1002);
	ck_assert_uint_eq(p->binding->sites.n, 1);
	ck_assert_uint_eq(p->binding->sites.v[0].probes.v[0]->id, 1001);
	ck_assert_int_eq(catalogue_match(c, &(struct probe_desc){ .prov = "p12" }, take, &p, &why), 2);	// and z, by f
	ck_assert_int_eq(catalogue_match(c, &(struct probe_desc){ .prov = "p12", .name = "y" }, take, &p, &why), -ENOTSUP);
	ck_assert_str_eq(why, "p12:::y cannot fire here: nobody does");
	ck_assert_int_eq(catalogue_match(c, &(struct probe_desc){ .prov = "p13", .name = "y" }, take, &p, &why), -ENOTSUP);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("stable");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, binding);
	tcase_add_loop_test(c, errors, 0, sizeof wrong / sizeof wrong[0]);
	tcase_add_test(c, alternatives);
	tcase_add_test(c, part_of_a_probe);
	tcase_add_loop_test(c, wrong_bindings, 0, sizeof wrong_binding / sizeof wrong_binding[0]);
	tcase_add_test(c, state);
	tcase_add_test(c, aliases);
	tcase_add_test(c, open_aliases);
	tcase_add_test(c, of_processes);
	tcase_add_test(c, stability);
	return suite_run("stable", c);
}

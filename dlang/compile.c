// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The pipeline. dlang_compile() reads as the list of passes; every pass adds to
// the diagnostics and the first one that reports an error is the last one run.

#include "dlang/dlang.h"

#include <errno.h>
#include <string.h>

#include "dlang/library.h"
#include "dlang/lower/lower.h"
#include "dlang/options.h"
#include "dlang/sema/sema.h"
#include "dlang/sema/sema_dump.h"
#include "dlang/sites/sites.h"
#include "dlang/syntax/ast_dump.h"
#include "dlang/syntax/parse.h"
#include "dlang/types/type.h"

enum { MAX_DIAGS = 20 };

struct compile {
	struct dlang_env *env;
	const struct dlang_request *req;
	struct dlang_result *res;
	struct sources *sources;
	struct options opt;
	struct macros macros;
	struct unit **units;
	struct library_set libraries;
	uint32_t strsize;			// that they were read with
	struct sprogram prog;
	VEC(struct option_setting) settings;	// pragmas, in order
	struct sbuf dump;
};

// ---- options ---------------------------------------------------------------------

static void option_error(struct compile *c, struct span at, const char *name, int r)
{
	if (at.source == SOURCE_NONE)
		diag_error(&c->res->diags, at, D_PRAGMA_OPTSET, "failed to set -x %s: %s", name, options_error(r));
	else
		diag_error(&c->res->diags, at, D_PRAGMA_OPTSET, "failed to set option '%s': %s", name,
			   options_error(r));
}

static void command_line_options(struct compile *c)
{
	for (uint32_t i = 0; i < c->req->noptions; i++) {
		const struct option_setting *o = &c->req->options[i];
		int r = options_set(&c->opt, o->name, o->value);

		if (r)
			option_error(c, (struct span){ SOURCE_NONE, 0, 0 }, o->name, r);
	}
}

static void pragma_options(struct compile *c)
{
	for (uint32_t i = 0; i < c->req->ntexts; i++)
		for (uint32_t k = 0; k < c->units[i]->items.n; k++) {
			const struct item *it = &c->units[i]->items.v[k];
			int r;

			if (it->kind != IT_OPTION)
				continue;
			r = options_set_inside(&c->opt, it->option->name, it->option->value);
			if (r)
				option_error(c, it->span, it->option->name, r);
			else
				vec_push(c->env->arena, &c->settings,
					 (struct option_setting){ it->option->name, it->option->value });
		}
}

static void check_cpu(struct compile *c)
{
	if (c->env->ncpus && c->opt.cpu >= (int64_t)c->env->ncpus)
		diag_error(&c->res->diags, (struct span){ SOURCE_NONE, 0, 0 }, D_PRAGMA_OPTSET,
			   "option cpu is %lld, but CPUs are 0 to %u here", (long long)c->opt.cpu,
			   c->env->ncpus - 1);
}

// ---- parsing -----------------------------------------------------------------------

static bool is_type_name(void *ctx, const char *name)
{
	struct compile *c = ctx;

	return type_find_typedef(c->env->types, name) != NULL;
}

static enum program_kind program_kind(enum text_kind k)
{
	static const uint8_t kinds[] = {
		[TEXT_FILE] = PROGRAM_FILE, [TEXT_NAME] = PROGRAM_NAME,
		[TEXT_FUNC] = PROGRAM_FUNCTION, [TEXT_MODULE] = PROGRAM_MODULE,
		[TEXT_PROVIDER] = PROGRAM_PROVIDER, [TEXT_ID] = PROGRAM_ID,
	};

	return (enum program_kind)kinds[k];
}

static void set_macros(struct compile *c)
{
	macros_init(&c->macros, c->env->arena, c->req->args, c->req->nargs);
	c->macros.defaultargs = c->opt.defaultargs;
	c->macros.argref = c->opt.argref;
	for (uint32_t i = 0; i < c->req->nmacros; i++) {
		const struct dlang_macro *m = &c->req->macros[i];
		enum macro_int id = macro_find(m->name, (uint32_t)strlen(m->name));

		if (id != MACRO_N)
			c->macros.value[id] = m->value;
	}
}

static void parse_texts(struct compile *c)
{
	set_macros(c);
	for (uint32_t i = 0; i < c->req->ntexts; i++) {
		enum program_kind kind = program_kind(c->req->texts[i].kind);
		struct parse_ctx p = {
			.arena = c->env->arena, .interns = c->env->interns, .diags = &c->res->diags,
			.sources = c->sources, .source = i, .kind = kind,
			.pspec = kind != PROGRAM_FILE || c->opt.pspec, .program = i,
			.interface = c->req->product != PRODUCT_SESSION,
			.macros = &c->macros, .is_type = is_type_name, .type_ctx = c,
		};

		c->units[i] = parse(&p);
	}
}

// defaultargs and argref change what a text means and may stand in the text
// itself: if they did, the texts are read again with them.
static void parse_all(struct compile *c)
{
	bool defaultargs = c->opt.defaultargs, argref = c->opt.argref;

	parse_texts(c);
	pragma_options(c);
	if (c->opt.defaultargs != defaultargs || c->opt.argref != argref) {
		diags_init(&c->res->diags, c->env->arena, MAX_DIAGS);
		parse_texts(c);
	}
	if (!c->opt.argref && !diag_any(&c->res->diags))
		macros_check_unused(&c->macros, &c->res->diags, (struct span){ SOURCE_NONE, 0, 0 });
	if (c->req->dump == 'a')
		for (uint32_t i = 0; i < c->req->ntexts; i++)
			ast_dump(&c->dump, c->units[i]);
}

static bool read_texts(struct compile *c)
{
	c->sources = ARENA_NEW(c->env->arena, struct sources);
	c->res->sources = c->sources;
	sources_init(c->sources, c->env->arena);
	for (uint32_t i = 0; i < c->req->ntexts; i++) {
		const struct dlang_text *t = &c->req->texts[i];

		sources_add(c->sources, t->kind == TEXT_FILE ? SOURCE_FILE : SOURCE_STRING,
			    t->name ? t->name : "", t->text, t->len);
	}
	c->units = arena_alloc(c->env->arena, (c->req->ntexts + 1) * sizeof *c->units);
	return !diag_any(&c->res->diags);
}

// ---- libraries -------------------------------------------------------------------

// What the zygote has read is taken over as it is, unless it would mean
// something else here.
static void adopt_prelude(struct compile *c, struct dlang_prelude *p)
{
	c->libraries = p->set;
	c->libraries.env = c->env;
	c->libraries.sources = c->sources;
	c->libraries.diags = &c->res->diags;
	memcpy(&c->sources->libraries, &p->set.sources->libraries, sizeof c->sources->libraries);
	types_move(p->types, c->env->arena, c->env->interns);
	c->env->types = p->types;
}

static bool begin_libraries(struct compile *c)
{
	struct sema_options so = { .strsize = c->strsize };
	struct dlang_prelude *p = c->opt.nolibs ? NULL : c->env->prelude;

	if (p && p->strsize == c->strsize) {
		adopt_prelude(c, p);
		return true;
	}
	if (c->libraries.base)
		c->env->types = types_again(c->env->types);
	types_set_strsize(c->env->types, c->strsize);
	c->sources->libraries.n = 0;
	c->libraries = (struct library_set){
		.env = c->env, .sources = c->sources, .diags = &c->res->diags,
		.base = sema_base_new(c->env, &so),
	};
	return !p || library_load(&c->libraries, p->texts, p->ntexts);
}

static bool load_libraries(struct compile *c)
{
	c->strsize = (uint32_t)c->opt.strsize;
	if (!begin_libraries(c))
		return false;
	return c->opt.nolibs || library_load(&c->libraries, c->req->libraries, c->req->nlibraries);
}

// ---- the later passes ---------------------------------------------------------------

static bool run_sema(struct compile *c)
{
	struct sema_options so = {
		.strsize = (uint32_t)c->opt.strsize, .zdefs = c->opt.zdefs, .empty = c->opt.empty,
		.interface = c->req->product != PRODUCT_SESSION,
		.version = c->opt.version, .has_amin = c->opt.has_amin, .amin = c->opt.amin,
		.max_probes = c->req->max_probes,
	};

	if (!sema(c->env, c->libraries.base, c->units, c->req->ntexts, &so, &c->res->diags, &c->prog))
		return false;
	if (c->req->dump == 't')
		sema_dump(&c->dump, c->env->types, &c->prog);
	return true;
}

static bool run_lower(struct compile *c)
{
	struct lower *l = ARENA_NEW(c->env->arena, struct lower);
	struct object *obj = ARENA_NEW(c->env->arena, struct object);

	*l = (struct lower){
		.env = c->env, .types = c->env->types, .a = c->env->arena, .diags = &c->res->diags,
		.prog = &c->prog, .sources = c->sources, .opt = &c->opt, .obj = obj,
		.strsize = (uint32_t)c->opt.strsize, .self_map = -1, .confined = c->req->confined,
	};
	if (!lower(l, c->req->dump, &c->dump))
		return false;
	obj->strsize = l->strsize;
	obj->destructive = c->opt.destructive;
	for (uint32_t i = 0; i < c->settings.n; i++)
		vec_push(c->env->arena, &obj->options, c->settings.v[i]);
	c->res->object = obj;
	return true;
}

// The last file of the program, without folders.
static const char *file_name(const struct compile *c)
{
	const char *name = "probes.d", *slash;

	for (uint32_t i = 0; i < c->req->ntexts; i++)
		if (c->req->texts[i].kind == TEXT_FILE && c->req->texts[i].name)
			name = c->req->texts[i].name;
	slash = strrchr(name, '/');
	return slash ? slash + 1 : name;
}

static bool has_clauses(const struct compile *c)
{
	for (uint32_t i = 0; i < c->req->ntexts; i++)
		for (uint32_t k = 0; k < c->units[i]->items.n; k++)
			if (c->units[i]->items.v[k].kind == IT_CLAUSE)
				return true;
	return false;
}

static void run_sites(struct compile *c)
{
	struct sites sites = { .file = file_name(c), .has_clauses = has_clauses(c) };
	struct sbuf out;

	sbuf_init(&out, c->env->arena);
	if (!sites_collect(c->env, &c->prog, &c->res->diags, &sites))
		return;
	if (c->req->product == PRODUCT_HEADER)
		sites_header(&sites, &out);
	else
		sites_object(&sites, c->req->machine, &out);
	c->res->file = out.s;
	c->res->file_len = out.n;
	c->res->warnings = sites.warnings.v;
	c->res->nwarnings = sites.warnings.n;
}

// Whether probes have to be found before anything can be said about the program.
static bool wants_probes(struct compile *c)
{
	const struct probe_source *source = c->env->probes;
	bool wants = false;

	for (uint32_t i = 0; i < c->req->ntexts && source->want; i++)
		for (uint32_t k = 0; k < c->units[i]->items.n; k++) {
			const struct item *it = &c->units[i]->items.v[k];

			for (uint32_t d = 0; it->kind == IT_CLAUSE && d < it->clause->pdescs.n; d++) {
				struct probe_desc desc = pdesc_probe(&it->clause->pdescs.v[d]);

				wants |= source->want(source->ctx, &desc);
			}
		}
	return wants;
}

static int finish(struct compile *c)
{
	c->res->options = c->settings.v;
	c->res->noptions = c->settings.n;
	c->res->errtags = c->opt.errtags;
	c->res->dump_text = c->dump.s;
	return c->res->object || c->res->file ? 0 : 1;
}

int dlang_compile(struct dlang_env *env, const struct dlang_request *req, struct dlang_result *res)
{
	struct compile c = { .env = env, .req = req, .res = res };

	*res = (struct dlang_result){ 0 };
	diags_init(&res->diags, env->arena, MAX_DIAGS);
	options_init(&c.opt);
	sbuf_init(&c.dump, env->arena);
	command_line_options(&c);
	if (!read_texts(&c) || !load_libraries(&c))
		return finish(&c);
	parse_all(&c);
	check_cpu(&c);
	if (diag_any(&res->diags))
		return finish(&c);
	if (req->product == PRODUCT_SESSION && wants_probes(&c)) {
		finish(&c);
		return DLANG_WANTS;
	}
	if (c.strsize != c.opt.strsize && !load_libraries(&c))	// a pragma in the text changed it
		return finish(&c);
	if (!run_sema(&c))
		return finish(&c);
	if (req->product == PRODUCT_SESSION)
		run_lower(&c);
	else
		run_sites(&c);
	return finish(&c);
}

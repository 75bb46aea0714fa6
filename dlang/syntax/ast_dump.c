// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The dump of the tree. Each function prints one line per node and calls
// itself, one step further in, for what belongs to the node.

#include "dlang/syntax/ast_dump.h"

#include "dlang/syntax/ast_bind.h"

#include <inttypes.h>

static void line(struct sbuf *out, int indent, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void line(struct sbuf *out, int indent, const char *fmt, ...)
{
	va_list ap;

	for (int i = 0; i < indent; i++)
		sbuf_puts(out, "  ");
	va_start(ap, fmt);
	sbuf_puts(out, arena_vprintf(out->arena, fmt, ap));
	va_end(ap);
	sbuf_putc(out, '\n');
}

// ---- types -----------------------------------------------------------------

static void dump_declarator(struct sbuf *out, const struct declarator *d, int indent);
static void dump_spec(struct sbuf *out, const struct typespec *ts, int indent);

static const char *const spec_names[] = {
	[TS_NONE] = "?", [TS_VOID] = "void", [TS_CHAR] = "char", [TS_INT] = "int",
	[TS_FLOAT] = "float", [TS_DOUBLE] = "double", [TS_BOOL] = "_Bool", [TS_STRING] = "string",
	[TS_STRUCT] = "struct", [TS_UNION] = "union", [TS_ENUM] = "enum", [TS_NAME] = "",
};

static const char *const storage_names[] = {
	[ST_NONE] = "", [ST_EXTERN] = "extern ", [ST_TYPEDEF] = "typedef ", [ST_SELF] = "self ",
	[ST_THIS] = "this ", [ST_AUTO] = "auto ", [ST_REGISTER] = "register ",
	[ST_STATIC] = "static ",
};

// The words of the flags, each with a blank after it.
static const char *flag_words(struct sbuf *out, uint32_t flags)
{
	static const struct { uint32_t flag; const char *word; } words[] = {
		{ TSF_CONST, "const " }, { TSF_VOLATILE, "volatile " }, { TSF_RESTRICT, "restrict " },
		{ TSF_USERLAND, "userland " }, { TSF_SIGNED, "signed " },
		{ TSF_UNSIGNED, "unsigned " }, { TSF_SHORT, "short " }, { TSF_LONG, "long " },
		{ TSF_LONGLONG, "long long " },
	};
	struct sbuf b;

	sbuf_init(&b, out->arena);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (flags & words[i].flag)
			sbuf_puts(&b, words[i].word);
	}
	return b.s;
}

static void dump_member(struct sbuf *out, const struct member *m, int indent)
{
	line(out, indent, "member");
	dump_spec(out, m->spec, indent + 1);
	if (m->decl)
		dump_declarator(out, m->decl, indent + 1);
	if (m->bits) {
		line(out, indent + 1, "bits");
		ast_dump_expr(out, m->bits, indent + 2);
	}
}

static void dump_spec(struct sbuf *out, const struct typespec *ts, int indent)
{
	bool tagged = ts->kind == TS_STRUCT || ts->kind == TS_UNION || ts->kind == TS_ENUM;

	line(out, indent, "type %s%s%s%s%s%s", storage_names[ts->storage],
	     flag_words(out, ts->flags), spec_names[ts->kind], tagged && ts->name ? " " : "",
	     ts->name ? ts->name : "", ts->defined ? " {}" : "");
	for (uint32_t i = 0; i < ts->members.n; i++)
		dump_member(out, &ts->members.v[i], indent + 1);
	for (uint32_t i = 0; i < ts->enumerators.n; i++) {
		line(out, indent + 1, "enumerator %s", ts->enumerators.v[i].name);
		if (ts->enumerators.v[i].value)
			ast_dump_expr(out, ts->enumerators.v[i].value, indent + 2);
	}
}

static void dump_param(struct sbuf *out, const struct param *param, int indent)
{
	line(out, indent, "param");
	dump_spec(out, param->spec, indent + 1);
	if (param->decl)
		dump_declarator(out, param->decl, indent + 1);
}

static void dump_params(struct sbuf *out, const char *what, const struct declarator *d, int indent)
{
	line(out, indent, "%s%s", what, d->varargs ? " ..." : "");
	for (uint32_t i = 0; i < d->params.n; i++)
		dump_param(out, &d->params.v[i], indent + 1);
}

// Derivations in the order in which they apply to the base type, then the name.
static void dump_declarator(struct sbuf *out, const struct declarator *d, int indent)
{
	for (; d; d = d->inner) {
		switch (d->kind) {
		case DC_NAME:
			if (d->name)
				line(out, indent, "name %s", d->name);
			break;
		case DC_PTR:
			line(out, indent, "%spointer", flag_words(out, d->quals));
			break;
		case DC_ARRAY:
			line(out, indent, "array");
			if (d->size)
				ast_dump_expr(out, d->size, indent + 1);
			break;
		case DC_TUPLE:
			dump_params(out, "associative", d, indent);
			break;
		case DC_FUNC:
			dump_params(out, "function", d, indent);
			break;
		}
	}
}

void ast_dump_typename(struct sbuf *out, const struct typename *t, int indent)
{
	dump_spec(out, t->spec, indent);
	if (t->decl)
		dump_declarator(out, t->decl, indent);
}

// ---- expressions -----------------------------------------------------------

static const char *const int_names[] = {
	[IK_INT] = "int", [IK_UINT] = "uint", [IK_LONG] = "long", [IK_ULONG] = "ulong",
	[IK_LLONG] = "llong", [IK_ULLONG] = "ullong",
};

static const char *const scope_names[] = {
	[SC_GLOBAL] = "", [SC_SELF] = "self->", [SC_THIS] = "this->",
};

static const char *escaped(struct sbuf *out, const char *s, uint32_t n)
{
	struct sbuf b;

	sbuf_init(&b, out->arena);
	for (uint32_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < ' ' || c >= 0x7f || c == '"' || c == '\\')
			sbuf_printf(&b, "\\x%02x", c);
		else
			sbuf_putc(&b, (char)c);
	}
	return b.s;
}

// The line of the node itself.
static void dump_node(struct sbuf *out, const struct expr *e, int indent)
{
	switch (e->kind) {
	case EX_ERROR: line(out, indent, "error"); break;
	case EX_INT: line(out, indent, "%s %" PRId64, int_names[e->int_kind], (int64_t)e->value); break;
	case EX_STRING: line(out, indent, "string \"%s\"", escaped(out, e->str, e->len)); break;
	case EX_NAME: line(out, indent, "name %s%s", scope_names[e->scope], e->name); break;
	case EX_AGG: line(out, indent, "aggregation @%s", e->name); break;
	case EX_UNARY: line(out, indent, "unary %s", op_text(e->op)); break;
	case EX_POSTFIX: line(out, indent, "postfix %s", op_text(e->op)); break;
	case EX_BINARY: line(out, indent, "binary %s", op_text(e->op)); break;
	case EX_COND: line(out, indent, "conditional"); break;
	case EX_ASSIGN: line(out, indent, "assign %s=", op_text(e->op)); break;
	case EX_COMMA: line(out, indent, "comma"); break;
	case EX_CALL: line(out, indent, "call"); break;
	case EX_INDEX: line(out, indent, "index"); break;
	case EX_MEMBER: line(out, indent, "member %s%s", e->arrow ? "->" : ".", e->name); break;
	case EX_CAST: line(out, indent, "cast"); break;
	case EX_SIZEOF: line(out, indent, "sizeof"); break;
	case EX_STRINGOF: line(out, indent, "stringof"); break;
	case EX_OFFSETOF: line(out, indent, "offsetof %s", e->name); break;
	case EX_XLATE: line(out, indent, "xlate"); break;
	case EX_LET: line(out, indent, "let"); break;	/* made by sema */
	}
}

void ast_dump_expr(struct sbuf *out, const struct expr *e, int indent)
{
	dump_node(out, e, indent);
	if (e->tname)
		ast_dump_typename(out, e->tname, indent + 1);
	if (e->a)
		ast_dump_expr(out, e->a, indent + 1);
	if (e->b)
		ast_dump_expr(out, e->b, indent + 1);
	if (e->c)
		ast_dump_expr(out, e->c, indent + 1);
	for (uint32_t i = 0; i < e->args.n; i++)
		ast_dump_expr(out, e->args.v[i], indent + 1);
}

// ---- statements and clauses ------------------------------------------------

static void dump_stmt(struct sbuf *out, const struct stmt *s, int indent)
{
	if (s->kind == STM_EXPR) {
		line(out, indent, "statement");
		ast_dump_expr(out, s->expr, indent + 1);
		return;
	}
	line(out, indent, "if");
	ast_dump_expr(out, s->expr, indent + 1);
	line(out, indent, "then");
	for (uint32_t i = 0; i < s->then_body.n; i++)
		dump_stmt(out, s->then_body.v[i], indent + 1);
	if (s->else_body.n)
		line(out, indent, "else");
	for (uint32_t i = 0; i < s->else_body.n; i++)
		dump_stmt(out, s->else_body.v[i], indent + 1);
}

static const char *field(const struct pdesc *d, int i)
{
	return d->field[i] ? d->field[i] : "";
}

static void dump_pdesc(struct sbuf *out, const struct pdesc *d, int indent)
{
	if (d->id)
		line(out, indent, "probe id %u", d->id);
	else
		line(out, indent, "probe %s:%s:%s:%s", field(d, 0), field(d, 1), field(d, 2), field(d, 3));
}

static void dump_clause(struct sbuf *out, const struct clause *c, int indent)
{
	line(out, indent, "clause");
	for (uint32_t i = 0; i < c->pdescs.n; i++)
		dump_pdesc(out, &c->pdescs.v[i], indent + 1);
	if (c->pred) {
		line(out, indent + 1, "predicate");
		ast_dump_expr(out, c->pred, indent + 2);
	}
	if (c->has_body)
		line(out, indent + 1, "body");
	for (uint32_t i = 0; i < c->body.n; i++)
		dump_stmt(out, c->body.v[i], indent + 2);
}

// ---- other items -----------------------------------------------------------

static void dump_decl(struct sbuf *out, const struct decl *d, int indent)
{
	line(out, indent, "declaration");
	dump_spec(out, d->spec, indent + 1);
	for (uint32_t i = 0; i < d->declarators.n; i++) {
		line(out, indent + 1, "declarator");
		dump_declarator(out, d->declarators.v[i], indent + 2);
	}
}

static void dump_inline(struct sbuf *out, const struct inline_def *d, int indent)
{
	line(out, indent, "inline");
	dump_spec(out, d->spec, indent + 1);
	dump_declarator(out, d->decl, indent + 1);
	line(out, indent + 1, "body");
	ast_dump_expr(out, d->body, indent + 2);
}

static void dump_translator(struct sbuf *out, const struct translator *x, int indent)
{
	line(out, indent, "translator %s", x->param);
	line(out, indent + 1, "out");
	ast_dump_typename(out, x->out, indent + 2);
	line(out, indent + 1, "in");
	ast_dump_typename(out, x->in, indent + 2);
	for (uint32_t i = 0; i < x->members.n; i++) {
		line(out, indent + 1, "member %s", x->members.v[i].name);
		ast_dump_expr(out, x->members.v[i].value, indent + 2);
	}
}

static void dump_provider(struct sbuf *out, const struct provider_def *d, int indent)
{
	line(out, indent, "provider %s", d->name);
	for (uint32_t i = 0; i < d->probes.n; i++) {
		const struct provider_probe *probe = &d->probes.v[i];

		line(out, indent + 1, "probe %s", probe->name);
		for (uint32_t j = 0; j < probe->in.n; j++)
			dump_param(out, &probe->in.v[j], indent + 2);
		if (probe->has_out)
			line(out, indent + 1, "translated to");
		for (uint32_t j = 0; j < probe->out.n; j++)
			dump_param(out, &probe->out.v[j], indent + 2);
	}
}

static void dump_alternative(struct sbuf *out, const struct bind_alt *alt, int indent)
{
	line(out, indent, "alternative%s%s%s", alt->process ? " process" : "",
	     alt->approximate ? " approximate: " : "", alt->approximate ? alt->approximate : "");
	for (uint32_t i = 0; i < alt->hooks.n; i++)
		dump_pdesc(out, &alt->hooks.v[i], indent + 1);
	if (alt->with.text) {
		line(out, indent + 1, "with");
		dump_pdesc(out, &alt->with, indent + 2);
	}
	if (alt->current) {
		line(out, indent + 1, "current");
		ast_dump_expr(out, alt->current, indent + 2);
	}
	if (alt->cond) {
		line(out, indent + 1, "condition");
		ast_dump_expr(out, alt->cond, indent + 2);
	}
	if (alt->has_args)
		line(out, indent + 1, "arguments");
	for (uint32_t i = 0; i < alt->args.n; i++)
		ast_dump_expr(out, alt->args.v[i], indent + 2);
}

static void dump_bind(struct sbuf *out, const struct bind_def *d, int indent)
{
	line(out, indent, "bind%s%s", d->none ? " none: " : "", d->none ? d->none : "");
	dump_pdesc(out, &d->probe, indent + 1);
	for (uint32_t i = 0; i < d->alts.n; i++)
		dump_alternative(out, &d->alts.v[i], indent + 1);
}

static void dump_alias(struct sbuf *out, const struct alias_def *d, int indent)
{
	line(out, indent, "alias");
	dump_pdesc(out, &d->probe, indent + 1);
	for (uint32_t i = 0; i < d->names.n; i++)
		dump_pdesc(out, &d->names.v[i], indent + 1);
}

static void dump_pragma(struct sbuf *out, const struct pragma *pragma, int indent)
{
	struct sbuf words;

	sbuf_init(&words, out->arena);
	for (uint32_t i = 0; i < pragma->words.n; i++)
		sbuf_printf(&words, " %s", pragma->words.v[i]);
	line(out, indent, "pragma%s", words.s);
}

static void dump_item(struct sbuf *out, const struct item *it)
{
	switch (it->kind) {
	case IT_CLAUSE: dump_clause(out, it->clause, 0); break;
	case IT_DECL: dump_decl(out, it->decl, 0); break;
	case IT_INLINE: dump_inline(out, it->inline_def, 0); break;
	case IT_TRANSLATOR: dump_translator(out, it->translator, 0); break;
	case IT_PROVIDER: dump_provider(out, it->provider, 0); break;
	case IT_PRAGMA: dump_pragma(out, it->pragma, 0); break;
	case IT_BIND: dump_bind(out, it->bind, 0); break;
	case IT_ALIAS: dump_alias(out, it->alias, 0); break;
	case IT_OPTION:
		line(out, 0, "option %s%s%s", it->option->name, it->option->value ? "=" : "",
		     it->option->value ? it->option->value : "");
		break;
	}
}

void ast_dump(struct sbuf *out, const struct unit *u)
{
	for (uint32_t i = 0; i < u->items.n; i++)
		dump_item(out, &u->items.v[i]);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Declaration specifiers: storage classes, qualifiers, the words that make up a
// basic type, and the bodies of structs, unions and enums.

#include "dlang/syntax/parse_impl.h"

#include <string.h>

// What a keyword contributes.
struct spec_word {
	uint8_t kind;			// enum typespec_kind
	uint8_t storage;		// enum storage
	uint16_t flag;			// TSF_*
};

static const struct spec_word spec_words[T_NTOKENS] = {
	[T_VOID] = { .kind = TS_VOID }, [T_CHAR] = { .kind = TS_CHAR },
	[T_INT] = { .kind = TS_INT }, [T_FLOAT] = { .kind = TS_FLOAT },
	[T_DOUBLE] = { .kind = TS_DOUBLE }, [T_BOOL] = { .kind = TS_BOOL },
	[T_STRING] = { .kind = TS_STRING }, [T_STRUCT] = { .kind = TS_STRUCT },
	[T_UNION] = { .kind = TS_UNION }, [T_ENUM] = { .kind = TS_ENUM },
	[T_SIGNED] = { .flag = TSF_SIGNED }, [T_UNSIGNED] = { .flag = TSF_UNSIGNED },
	[T_SHORT] = { .flag = TSF_SHORT }, [T_LONG] = { .flag = TSF_LONG },
	[T_CONST] = { .flag = TSF_CONST }, [T_VOLATILE] = { .flag = TSF_VOLATILE },
	[T_RESTRICT] = { .flag = TSF_RESTRICT }, [T_USERLAND] = { .flag = TSF_USERLAND },
	[T_EXTERN] = { .storage = ST_EXTERN }, [T_TYPEDEF] = { .storage = ST_TYPEDEF },
	[T_SELF] = { .storage = ST_SELF }, [T_THIS] = { .storage = ST_THIS },
	[T_AUTO] = { .storage = ST_AUTO }, [T_REGISTER] = { .storage = ST_REGISTER },
	[T_STATIC] = { .storage = ST_STATIC },
};

#define SIGNS (TSF_SIGNED | TSF_UNSIGNED)
#define LONGS (TSF_LONG | TSF_LONGLONG)
#define SIZES (TSF_SHORT | LONGS)
#define QUALIFIERS (TSF_CONST | TSF_VOLATILE | TSF_RESTRICT | TSF_USERLAND)

bool tok_starts_type(enum tok kind)
{
	return spec_words[kind].kind || spec_words[kind].flag;
}

// ---- bodies ----------------------------------------------------------------

void check_declared_name(struct parser *p, const char *name, struct span at)
{
	if (name && strchr(name, '`') && !(p->ctx->library && *name == '`'))
		report(p, at, D_DECL_SCOPE, "the scoping operator cannot be used in the declared name '%s'",
		       name);
}

static bool may_be_unnamed(const struct typespec *ts)
{
	return ts->defined && (ts->kind == TS_STRUCT || ts->kind == TS_UNION);
}

// member-declarator: declarator [ ":" constant ] | ":" constant
static void parse_member_declarator(struct parser *p, struct typespec *body, struct typespec *ts)
{
	struct member m = { .spec = ts, .span = p->tok.span };

	if (p->tok.kind != T_COLON)
		m.decl = parse_declarator(p, DECL_NAMED);
	if (accept(p, T_COLON))
		m.bits = parse_const(p);
	m.span = span_join(m.span, p->prev);
	if (!poisoned(p))
		vec_push(p->arena, &body->members, m);
}

// member: specifiers [ member-declarator { "," member-declarator } ] ";"
static void parse_members_of_one(struct parser *p, struct typespec *body)
{
	struct span begin = p->tok.span;
	struct typespec *ts = parse_specifiers(p, SPEC_MEMBER);

	if (p->tok.kind != T_SEMI) {
		do
			parse_member_declarator(p, body, ts);
		while (accept(p, T_COMMA));
	} else if (may_be_unnamed(ts)) {
		vec_push(p->arena, &body->members,
			 (struct member){ .spec = ts, .span = span_join(begin, p->prev) });
	} else {
		report(p, span_join(begin, p->prev), D_DECL_MNAME, "this member has no name");
	}
	expect(p, T_SEMI, "';' after the member");
}

// member-list: "{" { member } "}"
static void parse_member_list(struct parser *p, struct typespec *ts)
{
	struct span open = p->tok.span;

	advance(p);
	ts->defined = true;
	if (enter(p)) {
		while (more_in_list(p))
			parse_members_of_one(p, ts);
	}
	leave(p);
	expect_close(p, T_RBRACE, open);
}

// enumerator: identifier [ "=" constant ]
static void parse_enumerator(struct parser *p, struct typespec *ts)
{
	struct enumerator e = { .span = p->tok.span };

	e.name = expect_name(p, "the name of an enumerator");
	check_declared_name(p, e.name, e.span);
	if (accept(p, T_ASSIGN))
		e.value = parse_const(p);
	e.span = span_join(e.span, p->prev);
	if (!poisoned(p))
		vec_push(p->arena, &ts->enumerators, e);
}

// enumerator-list: "{" enumerator { "," enumerator } [ "," ] "}"
static void parse_enumerator_list(struct parser *p, struct typespec *ts)
{
	struct span open = p->tok.span;

	advance(p);
	ts->defined = true;
	do {
		if (p->tok.kind == T_RBRACE && ts->enumerators.n)
			break;
		parse_enumerator(p, ts);
	} while (accept(p, T_COMMA));
	expect_close(p, T_RBRACE, open);
}

// tagged: ( "struct" | "union" | "enum" ) [ identifier ] [ body ], after the word
static void parse_tagged(struct parser *p, struct typespec *ts)
{
	struct span at = p->tok.span;

	if (p->tok.kind == T_IDENT) {
		ts->name = p->tok.name;
		advance(p);
	} else if (p->tok.kind != T_LBRACE) {
		fail_expected(p, "a tag or '{'");
	}
	if (p->tok.kind != T_LBRACE)
		return;
	check_declared_name(p, ts->name, at);
	if (ts->kind == TS_ENUM)
		parse_enumerator_list(p, ts);
	else
		parse_member_list(p, ts);
}

// ---- combining words -------------------------------------------------------

static void combo(struct parser *p)
{
	report(p, p->tok.span, D_DECL_COMBO, "'%s' contradicts the specifiers before it",
	       p->tok.name ? p->tok.name : "type");
}

static void add_flag(struct parser *p, struct typespec *ts, uint32_t flag)
{
	bool again = flag == TSF_LONG && (ts->flags & TSF_LONG);

	if (again) {
		ts->flags &= ~(uint32_t)TSF_LONG;
		flag = TSF_LONGLONG;
	}
	if (((flag & SIGNS) && (ts->flags & SIGNS)) || ((flag & SIZES) && (ts->flags & SIZES)))
		combo(p);
	else
		ts->flags |= flag;
}

static void add_storage(struct parser *p, struct typespec *ts, enum storage storage)
{
	if (ts->storage != ST_NONE)
		report(p, p->tok.span, D_DECL_CLASS, "only one storage class can be given");
	else
		ts->storage = storage;
}

static void check_storage(struct parser *p, const struct typespec *ts, enum spec_place place)
{
	bool bad = ts->storage == ST_AUTO || ts->storage == ST_REGISTER || ts->storage == ST_STATIC;

	if (place == SPEC_PARAM && ts->storage != ST_NONE && ts->storage != ST_REGISTER)
		report(p, ts->span, D_DECL_PARMCLASS, "a parameter cannot have this storage class");
	else if (place == SPEC_DECL && bad)
		report(p, ts->span, D_DECL_BADCLASS, "D has no variables of this storage class");
}

// Size and sign words against the base type. The first rule that is broken is
// reported.
static void check_words(struct parser *p, struct typespec *ts)
{
	static const struct {
		uint32_t kinds, flags;
		enum errtag tag;
		const char *text;
	} rules[] = {
		{ 1u << TS_VOID, SIGNS | SIZES, D_DECL_VOIDATTR,
		  "signed, unsigned, short and long do not go with void" },
		{ 1u << TS_CHAR, SIZES, D_DECL_CHARATTR, "short and long do not go with char" },
		{ ~(1u << TS_CHAR | 1u << TS_INT), SIGNS, D_DECL_SIGNINT,
		  "signed and unsigned go with integer types only" },
		{ ~(1u << TS_INT | 1u << TS_DOUBLE), SIZES, D_DECL_LONGINT,
		  "short and long go with int, and long with double" },
		{ 1u << TS_DOUBLE, TSF_SHORT | TSF_LONGLONG, D_DECL_LONGINT,
		  "of short and long, only one long goes with double" },
	};

	if (ts->kind == TS_NONE && (ts->flags & (SIGNS | SIZES)))
		ts->kind = TS_INT;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if ((rules[i].kinds >> ts->kind & 1) && (rules[i].flags & ts->flags)) {
			report(p, ts->span, rules[i].tag, "%s", rules[i].text);
			ts->flags &= QUALIFIERS;
			return;
		}
	}
}

// ---- specifiers ------------------------------------------------------------

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcmp(s + n - m, end) == 0;
}

// mod`struct tag: the name becomes mod`tag
static void parse_scoped_tag(struct parser *p, struct typespec *ts, size_t word)
{
	const char *scope = p->tok.name;
	size_t n = strlen(scope) - word;
	const char *tag;

	advance(p);
	tag = expect_name(p, "a tag");
	if (tag)
		ts->name = intern_str(p->ctx->interns,
				      arena_printf(p->arena, "%.*s%s", (int)n, scope, tag));
}

// type-name: identifier, with its scope
static void parse_named_type(struct parser *p, struct typespec *ts)
{
	const char *name = p->tok.name;

	if (ends_with(name, "`struct") || ends_with(name, "`union") || ends_with(name, "`enum")) {
		ts->kind = ends_with(name, "`struct") ? TS_STRUCT
			: ends_with(name, "`union") ? TS_UNION : TS_ENUM;
		parse_scoped_tag(p, ts, strlen(strrchr(name, '`') + 1));
		return;
	}
	ts->kind = TS_NAME;
	ts->name = name;
	advance(p);
}

// Whether the identifier at hand is the type of this declaration, rather than
// what is declared. What is no known type is one by position, if a name or a
// pointer follows; sema will say that it is not known.
static bool is_type_here(struct parser *p, const struct typespec *ts, enum spec_place place)
{
	enum tok next;

	if (ts->kind != TS_NONE)
		return false;
	if (place == SPEC_TYPENAME && !(ts->flags & (SIGNS | SIZES)))
		return true;
	next = peek(p).kind;
	if (ts->flags & (SIGNS | SIZES))
		return is_type_name(p, p->tok.name) && next == T_IDENT;
	return is_type_name(p, p->tok.name) || ends_with(p->tok.name, "`struct")
		|| next == T_IDENT || next == T_MUL || tok_starts_type(next);
}

// One specifier; false when the token at hand is none.
static bool parse_specifier(struct parser *p, struct typespec *ts, enum spec_place place)
{
	const struct spec_word *w = &spec_words[p->tok.kind];
	bool storage_allowed = place == SPEC_DECL || place == SPEC_PARAM;

	if (p->tok.kind == T_IDENT && is_type_here(p, ts, place)) {
		parse_named_type(p, ts);
	} else if (w->kind) {
		if (ts->kind != TS_NONE)
			combo(p);
		ts->kind = (enum typespec_kind)w->kind;
		advance(p);
		if (ts->kind >= TS_STRUCT && ts->kind <= TS_ENUM)
			parse_tagged(p, ts);
	} else if (w->flag) {
		add_flag(p, ts, w->flag);
		advance(p);
	} else if (w->storage && storage_allowed) {
		add_storage(p, ts, (enum storage)w->storage);
		advance(p);
	} else {
		return false;
	}
	return true;
}

// specifiers: { storage-class | qualifier | type-specifier }
struct typespec *parse_specifiers(struct parser *p, enum spec_place place)
{
	struct typespec *ts = ARENA_NEW(p->arena, struct typespec);
	bool some = false;

	ts->span = p->tok.span;
	while (parse_specifier(p, ts, place))
		some = true;
	if (some)
		ts->span = span_join(ts->span, p->prev);
	if (ts->kind == TS_NONE && !(ts->flags & (SIGNS | SIZES))) {
		if (!some && p->tok.kind != T_IDENT)
			fail_expected(p, "a type");
		else
			report(p, p->tok.kind == T_IDENT ? p->tok.span : ts->span, D_DECL_IDENT,
			       "a declaration needs a type");
		ts->kind = TS_INT;
	}
	check_words(p, ts);
	check_storage(p, ts, place);
	return ts;
}

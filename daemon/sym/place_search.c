// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See place_search.h. Functions by address; of each, what its wants ask for.

#include "daemon/sym/place_search.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/functions.h"
#include "daemon/sym/insn.h"
#include "daemon/sym/note_args.h"
#include "daemon/sym/notes.h"
#include "daemon/sym/place_wire.h"
#include "daemon/sym/places.h"
#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "providers/glob.h"

enum {
	NAME_SIZE = 1024,
	CODE_MAX = 16 << 20,	// of a function
	ENTRY_BYTES = 32,	// that are looked at of its entry
};

#if defined(__x86_64__)
enum { NATIVE = EM_X86_64 };
#else
enum { NATIVE = EM_AARCH64 };
#endif

struct search {
	const struct elf *elf;
	const Dtraced__PlaceAsk *ask;
	struct arena *arena;
	Dtraced__PlaceAnswer *answer;
	struct functions functions;
	struct notes notes;
	struct insn_reader *insns;
	size_t cap;
	uint8_t *code, *marks;		// of the function
	size_t ncode, room;		// what is read of it; what there is place for
	const char *name;		// its best one
};

static bool matches(const char *pattern, const char *text)
{
	return !*pattern || glob_match(pattern, text);
}

static void trouble(struct search *s, uint64_t wants, enum place_trouble t)
{
	for (size_t i = 0; i < s->ask->n_wants; i++) {
		if ((wants >> i & 1) && t > s->answer->troubles[i])
			s->answer->troubles[i] = t;
	}
}

// ---- places ----------------------------------------------------------------

static void grow(struct search *s)
{
	size_t cap = s->cap ? s->cap * 2 : 64;
	Dtraced__FoundPlace **v = arena_alloc(s->arena, cap * sizeof *v);

	if (s->cap)
		memcpy(v, s->answer->places, s->cap * sizeof *v);
	s->answer->places = v;
	s->cap = cap;
}

// 0, or 1: there are too many.
static int add(struct search *s, Dtraced__FoundPlace place)
{
	Dtraced__FoundPlace *p;

	if (s->answer->n_places >= s->ask->max) {
		trouble(s, place.wants, PLACE_FULL);
		return 1;
	}
	if (s->answer->n_places == s->cap)
		grow(s);
	p = arena_dup(s->arena, &place, sizeof place);
	s->answer->places[s->answer->n_places++] = p;
	return 0;
}

static Dtraced__FoundPlace place_of(const struct search *s, enum place_kind kind, uint64_t wants,
	const char *name)
{
	Dtraced__FoundPlace p = DTRACED__FOUND_PLACE__INIT;

	p.kind = kind;
	p.wants = wants;
	p.function = (char *)s->name;
	p.name = (char *)name;
	return p;
}

// ---- wants -----------------------------------------------------------------

static bool has_name(const struct search *s, const struct function *f, const char *pattern)
{
	char name[NAME_SIZE];

	if (!*pattern)
		return true;
	for (uint32_t i = 0; i < f->n; i++) {
		if (function_name(&s->functions, f->first + i, name, sizeof name) &&
			glob_match(pattern, name))
			return true;
	}
	return false;
}

// Those that want something of a function.
static uint64_t wants_of(const struct search *s, const struct function *f)
{
	uint64_t wants = 0;

	for (size_t i = 0; i < s->ask->n_wants; i++) {
		const Dtraced__PlaceWant *w = s->ask->wants[i];

		if (!w->usdt && !w->has_offset && has_name(s, f, w->function))
			wants |= UINT64_C(1) << i;
	}
	return wants;
}

static uint64_t named(const struct search *s, uint64_t wants, const char *name)
{
	uint64_t named = 0;

	for (size_t i = 0; i < s->ask->n_wants; i++) {
		if ((wants >> i & 1) && matches(s->ask->wants[i]->name, name))
			named |= UINT64_C(1) << i;
	}
	return named;
}

// The offset that a name stands for, as it is written here.
static bool is_offset(const char *name, uint64_t *offset)
{
	char text[20];
	int used = 0;

	if (sscanf(name, "%" SCNx64 "%n", offset, &used) != 1 || name[used])
		return false;
	snprintf(text, sizeof text, "%" PRIx64, *offset);
	return strcmp(text, name) == 0;
}

// ---- a function ------------------------------------------------------------

static void read_code(struct search *s, const struct function *f, uint64_t size)
{
	size_t n = size < CODE_MAX ? (size_t)size : CODE_MAX;

	if (n > s->room) {
		s->room = 2 * n;
		s->code = arena_alloc(s->arena, s->room);
		s->marks = arena_alloc(s->arena, s->room);
	}
	s->ncode = s->elf->from.read(&s->elf->from, f->offset, s->code, n) ? n : 0;
	insn_mark(s->insns, s->code, s->ncode, s->marks);
}

static int add_entry(struct search *s, const struct function *f, uint64_t entries, uint64_t returns)
{
	uint32_t skip = insn_entry(s->insns, s->code, s->ncode);
	Dtraced__FoundPlace p;
	int r = 0;

	if (skip >= s->ncode || s->marks[skip] != INSN_START) {
		trouble(s, entries | returns, skip < s->ncode && s->marks[skip] == INSN_REFUSED ?
			PLACE_REFUSED : PLACE_UNKNOWN);
		return 0;
	}
	p = place_of(s, PLACE_ENTRY, entries, "entry");
	p.offset = f->offset + skip;
	if (entries)
		r = add(s, p);
	p.kind = PLACE_RETURN;
	p.wants = returns;
	p.name = (char *)"return";
	return returns && r == 0 ? add(s, p) : r;
}

static int add_offset(struct search *s, const struct function *f, uint64_t into, uint64_t wants)
{
	Dtraced__FoundPlace p = place_of(s, PLACE_OFFSET, wants, arena_printf(s->arena, "%" PRIx64, into));

	p.offset = f->offset + into;
	p.into = into;
	return add(s, p);
}

// One that was asked for by its offset only.
static void explain_offset(struct search *s, const struct function *f, uint64_t into, uint64_t want)
{
	static const enum place_trouble troubles[] = {
		[INSN_UNKNOWN] = PLACE_UNKNOWN, [INSN_INSIDE] = PLACE_INSIDE,
		[INSN_REFUSED] = PLACE_REFUSED,
	};

	if (!f->size || into >= s->ncode)
		trouble(s, want, f->size ? PLACE_BEYOND : PLACE_NO_SIZE);
	else if (s->marks[into] != INSN_START)
		trouble(s, want, troubles[s->marks[into]]);
}

static int add_offsets(struct search *s, const struct function *f, uint64_t wants)
{
	int r = 0;

	for (size_t i = 0; i < s->ask->n_wants; i++) {
		uint64_t into;

		if ((wants >> i & 1) && is_offset(s->ask->wants[i]->name, &into))
			explain_offset(s, f, into, UINT64_C(1) << i);
	}
	for (size_t into = 0; r == 0 && f->size && into < s->ncode; into++) {
		char name[20];
		uint64_t these;

		if (s->marks[into] != INSN_START)
			continue;
		snprintf(name, sizeof name, "%zx", into);
		these = named(s, wants, name);
		if (these)
			r = add_offset(s, f, into, these);
	}
	return r;
}

// Whether any of these may mean instructions.
static bool want_offsets(const struct search *s, uint64_t wants)
{
	for (size_t i = 0; i < s->ask->n_wants; i++) {
		const char *name = s->ask->wants[i]->name;

		if ((wants >> i & 1) && strcmp(name, "entry") != 0 && strcmp(name, "return") != 0)
			return true;
	}
	return false;
}

static int search_function(struct search *s, const struct function *f)
{
	uint64_t wants = wants_of(s, f);
	char name[NAME_SIZE];
	uint64_t n = f->size ? f->size : f->room;
	bool all = want_offsets(s, wants);
	int r;

	if (!wants || !function_name(&s->functions, f->first, name, sizeof name))
		return 0;
	if (f->resolver) {
		trouble(s, wants, PLACE_RESOLVER);
		return 0;
	}
	s->name = arena_printf(s->arena, "%s", name);
	read_code(s, f, all || n < ENTRY_BYTES ? n : ENTRY_BYTES);
	r = add_entry(s, f, named(s, wants, "entry"), named(s, wants, "return"));
	return r == 0 && all ? add_offsets(s, f, wants) : r;
}

// ---- addresses -------------------------------------------------------------

static int search_offset(struct search *s, size_t want)
{
	const Dtraced__PlaceWant *w = s->ask->wants[want];
	const struct function *f;
	uint64_t address, into, bit = UINT64_C(1) << want;
	Dtraced__FoundPlace p;

	f = elf_address(s->elf, w->offset, &address) ? functions_around(&s->functions, address) : NULL;
	if (!f || f->resolver || w->offset - f->offset >= f->size) {
		trouble(s, bit, PLACE_NO_FUNCTION);
		return 0;
	}
	into = w->offset - f->offset;
	read_code(s, f, f->size);
	if (into >= s->ncode || s->marks[into] != INSN_START) {
		explain_offset(s, f, into, bit);
		return 0;
	}
	s->name = "-";
	p = place_of(s, PLACE_OFFSET, bit, w->name);
	p.offset = w->offset;
	return add(s, p);
}

// ---- probes of the program's own -------------------------------------------

// Two underscores of C are a minus of D.
static char *shown_name(struct arena *a, const char *name)
{
	char *text = arena_alloc(a, strlen(name) + 1), *to = text;

	for (; *name; name++) {
		bool two = name[0] == '_' && name[1] == '_';

		*to++ = two ? '-' : *name;
		name += two;
	}
	return text;
}

// A probe's site is an instruction without effect; what else is said to be one is not.
static bool is_site(const struct elf *e, uint64_t offset, uint64_t room)
{
	static const struct site {
		uint16_t machine;
		uint8_t n, bytes[5];
	} sites[] = {
		{ EM_X86_64, 1, { 0x90 } }, { EM_X86_64, 5, { 0x0f, 0x1f, 0x44, 0x00, 0x00 } },
		{ EM_AARCH64, 4, { 0x1f, 0x20, 0x03, 0xd5 } },
	};
	uint8_t code[sizeof sites[0].bytes];

	for (size_t i = 0; i < NELEMS(sites); i++) {
		if (sites[i].machine == e->machine && sites[i].n <= room &&
			e->from.read(&e->from, offset, code, sites[i].n) &&
			memcmp(code, sites[i].bytes, sites[i].n) == 0)
			return true;
	}
	return false;
}

static uint64_t wants_of_note(const struct search *s, const struct note *n, const char *function,
	const char *name)
{
	uint64_t wants = 0;

	for (size_t i = 0; i < s->ask->n_wants; i++) {
		const Dtraced__PlaceWant *w = s->ask->wants[i];

		if (w->usdt && matches(w->name, name) && matches(w->function, function) &&
			matches(w->provider, arena_printf(s->arena, "%s%s", n->provider, w->suffix)))
			wants |= UINT64_C(1) << i;
	}
	return wants;
}

static bool find_symbol(void *arg, const char *name, uint64_t *address)
{
	const struct search *s = arg;
	const struct sym_list *l = &s->functions.symbols.list;

	for (size_t i = 0; i < l->n; i++) {
		if (strncmp(l->v[i].name, name, SYMTAB_NAME_MAX) == 0) {
			*address = l->v[i].address;
			return true;
		}
	}
	return false;
}

static void add_args(struct search *s, const struct note *n, Dtraced__FoundPlace *p)
{
	struct place_arg args[PLACE_ARGS];

	p->n_args = note_args_parse(s->elf->machine, n->args, n->pc, s->elf->type == ET_EXEC, find_symbol, s,
		args);
	p->args = arena_alloc(s->arena, PLACE_ARGS * sizeof *p->args);
	for (size_t i = 0; i < p->n_args; i++) {
		Dtraced__PlaceArg *m = p->args[i] = ARENA_NEW(s->arena, Dtraced__PlaceArg);

		dtraced__place_arg__init(m);
		m->kind = args[i].kind;
		m->size = args[i].size;
		m->is_signed = args[i].is_signed;
		m->is_float = args[i].is_float;
		m->reg = args[i].reg;
		m->index = args[i].index;
		m->scale = args[i].scale;
		m->disp = args[i].disp;
	}
}

static int search_note(struct search *s, const struct note *n)
{
	const struct function *f = functions_around(&s->functions, n->pc);
	char function[NAME_SIZE] = "", *name = shown_name(s->arena, n->name);
	uint64_t offset, room, ignored, wants;
	Dtraced__FoundPlace p;

	if (f && !function_name(&s->functions, f->first, function, sizeof function))
		function[0] = 0;
	wants = wants_of_note(s, n, function, name);
	if (!wants || !elf_code_offset(s->elf, n->pc, &offset, &room) || !is_site(s->elf, offset, room))
		return 0;
	s->name = arena_strndup(s->arena, function, strlen(function));
	p = place_of(s, PLACE_USDT, wants, name);
	if (n->semaphore && !elf_data_offset(s->elf, n->semaphore, &p.semaphore, &ignored))
		return 0;
	p.provider = arena_strndup(s->arena, n->provider, strlen(n->provider));
	p.offset = offset;
	p.into = f ? n->pc - f->address : 0;
	add_args(s, n, &p);
	return add(s, p);
}

static int search_notes(struct search *s)
{
	int r = notes_read(&s->notes, s->elf);

	for (size_t i = 0; i < s->ask->n_wants; i++) {
		if (s->ask->wants[i]->usdt)
			trouble(s, UINT64_C(1) << i, PLACE_NO_PROBES);
	}
	for (size_t i = 0; r == 0 && i < s->notes.n; i++)
		r = search_note(s, &s->notes.v[i]);
	return r < 0 ? r : 0;
}

// ---- all -------------------------------------------------------------------

static bool wants_functions(const Dtraced__PlaceAsk *ask)
{
	for (size_t i = 0; i < ask->n_wants; i++) {
		if (!ask->wants[i]->usdt)
			return true;
	}
	return false;
}

static void explain_none(struct search *s)
{
	enum place_trouble t = s->functions.symbols.partial ? PLACE_PARTIAL : !s->functions.n ? PLACE_STRIPPED :
		!s->functions.whole ? PLACE_EXPORTED : PLACE_OK;

	for (size_t i = 0; i < s->ask->n_wants; i++) {
		if (!s->ask->wants[i]->usdt && !s->ask->wants[i]->has_offset)
			trouble(s, UINT64_C(1) << i, t);
	}
}

static int search_functions(struct search *s)
{
	int r = 0;

	explain_none(s);
	for (size_t i = 0; r == 0 && i < s->functions.n; i++)
		r = search_function(s, &s->functions.v[i]);
	for (size_t i = 0; r == 0 && i < s->ask->n_wants; i++)
		r = s->ask->wants[i]->has_offset ? search_offset(s, i) : 0;
	return 0;
}

static int search_all(struct search *s, const struct elf *debug)
{
	int r;

	if (!s->elf->wide || s->elf->machine != NATIVE) {
		trouble(s, UINT64_MAX, s->elf->wide ? PLACE_FOREIGN : PLACE_NARROW);
		return 0;
	}
	r = insn_reader_new(&s->insns, s->elf->machine);
	if (r == 0)
		r = functions_read(&s->functions, s->elf, debug);
	if (r == 0 && wants_functions(s->ask))
		r = search_functions(s);
	if (r == 0)
		r = search_notes(s);
	notes_deinit(&s->notes);
	functions_deinit(&s->functions);
	s->insns = insn_reader_free(s->insns);
	return r;
}

int place_search(const struct elf *e, const struct elf *debug, const Dtraced__PlaceAsk *ask,
	struct arena *a, Dtraced__PlaceAnswer *answer)
{
	struct search s = { .elf = e, .ask = ask, .arena = a, .answer = answer };

	if (ask->n_wants > PLACE_WANTS_MAX)
		return -EBADMSG;
	answer->n_troubles = ask->n_wants;
	answer->troubles = arena_alloc(a, (ask->n_wants + 1) * sizeof *answer->troubles);
	if (!e)
		trouble(&s, UINT64_MAX, PLACE_NOT_ELF);
	return e ? search_all(&s, debug) : 0;
}

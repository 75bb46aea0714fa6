// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A source knows where its lines begin; a position is found by bisection. What
// #line and "# n" say is kept as a list of remappings beside it, so that spans
// themselves stay plain byte offsets.

#include "dlang/syntax/source.h"

#include <string.h>

#define SHOWN_MAX 160			// bytes of a program line shown under a diagnostic
#define SHOWN_BEFORE 60			// of those, before the span when the line is longer

void sources_init(struct sources *set, struct arena *a)
{
	*set = (struct sources){ .arena = a };
}

static struct source *new_source(struct sources *set, enum source_kind kind, const char *name,
				 const char *text, size_t len)
{
	struct source *s = ARENA_NEW(set->arena, struct source);

	s->name = arena_strndup(set->arena, name, strlen(name));
	s->kind = kind;
	s->text = arena_strndup(set->arena, text, len);
	s->len = (uint32_t)len;
	vec_push(set->arena, &s->lines, 0);
	for (uint32_t i = 0; i < s->len; i++) {
		if (s->text[i] == '\n')
			vec_push(set->arena, &s->lines, i + 1);
	}
	return s;
}

uint32_t sources_add(struct sources *set, enum source_kind kind, const char *name,
		     const char *text, size_t len)
{
	vec_push(set->arena, &set->list, new_source(set, kind, name, text, len));
	return set->list.n - 1;
}

uint32_t sources_add_library(struct sources *set, const char *name, const char *text, size_t len)
{
	vec_push(set->arena, &set->libraries, new_source(set, SOURCE_FILE, name, text, len));
	return SOURCE_LIBRARY + set->libraries.n - 1;
}

bool source_is_library(uint32_t source)
{
	return source >= SOURCE_LIBRARY && source != SOURCE_NONE;
}

struct source *source_of(const struct sources *set, uint32_t source)
{
	if (source_is_library(source))
		return source - SOURCE_LIBRARY < set->libraries.n ?
		       set->libraries.v[source - SOURCE_LIBRARY] : NULL;
	return source < set->list.n ? set->list.v[source] : NULL;
}

// The index of the line that holds byte at.
static uint32_t line_of(const struct source *s, uint32_t at)
{
	uint32_t low = 0, high = s->lines.n;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (s->lines.v[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static const struct line_map *map_of(const struct source *s, uint32_t line)
{
	const struct line_map *found = NULL;
	uint32_t low = 0, high = s->maps.n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (s->maps.v[mid].from_line <= line) {
			found = &s->maps.v[mid];
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return found;
}

static const char *source_file(const struct source *s)
{
	return s->kind == SOURCE_FILE ? s->name : NULL;
}

bool span_position(const struct sources *set, struct span s, struct position *pos)
{
	const struct source *src = source_of(set, s.source);
	const struct line_map *map;
	uint32_t line, begin, end;

	*pos = (struct position){ 0 };
	if (!src)
		return false;
	if (s.begin > src->len)
		s.begin = src->len;
	line = line_of(src, s.begin);
	begin = src->lines.v[line];
	end = line + 1 < src->lines.n ? src->lines.v[line + 1] - 1 : src->len;
	map = map_of(src, line);
	*pos = (struct position){
		.file = map ? map->file : source_file(src),
		.line = map ? line - map->from_line + map->line : line + 1,
		.column = s.begin - begin + 1,
		.text = src->text + begin,
		.len = end - begin,
	};
	return true;
}

void source_remap(struct sources *set, uint32_t source, uint32_t at, uint32_t line,
		  const char *file)
{
	struct source *s = source_of(set, source);
	const char *so_far = s->maps.n ? vec_last(&s->maps).file : source_file(s);
	struct line_map map = {
		.from_line = line_of(s, at) + 1,
		.line = line,
		.file = file ? file : so_far,
	};

	vec_push(set->arena, &s->maps, map);
}

struct span span_join(struct span a, struct span b)
{
	if (b.end > a.end)
		a.end = b.end;
	return a;
}

void diag_line(struct sbuf *out, const struct sources *set, const struct diag *d, bool tag)
{
	struct position pos;

	if (tag)
		sbuf_printf(out, "[%s] ", errtag_name(d->tag));
	if (span_position(set, d->span, &pos)) {
		if (pos.file)
			sbuf_printf(out, "\"%s\", ", pos.file);
		sbuf_printf(out, "line %u: ", pos.line);
	}
	sbuf_puts(out, d->text);
}

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t') || c == 0x7f;
}

static bool is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;	// of a UTF-8 sequence: takes no column
}

// Line and column, and the bytes [from, to) of the line, printable. How many bytes
// stand before those.
static uint32_t show_text(struct sbuf *out, const struct position *pos, uint32_t from, uint32_t to)
{
	size_t start = out->n;
	uint32_t n;

	sbuf_printf(out, "  %u:%u  %s", pos->line, pos->column, from ? "..." : "");
	n = (uint32_t)(out->n - start);
	for (uint32_t i = from; i < to; i++)
		sbuf_putc(out, is_control((unsigned char)pos->text[i]) ? '?' : pos->text[i]);
	sbuf_puts(out, to < pos->len ? "...\n" : "\n");
	return n;
}

// Blanks below what precedes the span, a caret below its first byte, tildes
// below the others. Tabs are repeated, so that both lines advance alike.
static void show_caret(struct sbuf *out, const struct position *pos, uint32_t indent, uint32_t from,
		       uint32_t begin, uint32_t end)
{
	sbuf_printf(out, "%*s", (int)indent, "");
	for (uint32_t i = from; i < begin; i++) {
		if (!is_continuation((unsigned char)pos->text[i]))
			sbuf_putc(out, pos->text[i] == '\t' ? '\t' : ' ');
	}
	sbuf_putc(out, '^');
	for (uint32_t i = begin + 1; i < end; i++) {
		if (!is_continuation((unsigned char)pos->text[i]))
			sbuf_putc(out, '~');
	}
	sbuf_putc(out, '\n');
}

void diag_render(struct sbuf *out, const struct sources *set, const struct diag *d, bool tag)
{
	struct position pos;
	uint32_t from = 0, to, begin, end, indent;

	diag_line(out, set, d, tag);
	sbuf_putc(out, '\n');
	if (span_position(set, d->span, &pos)) {
		if (pos.len && pos.text[pos.len - 1] == '\r')
			pos.len--;
		begin = pos.column - 1 < pos.len ? pos.column - 1 : pos.len;
		if (pos.len > SHOWN_MAX && begin > SHOWN_BEFORE)
			from = begin - SHOWN_BEFORE;
		while (from && is_continuation((unsigned char)pos.text[from]))
			from--;
		to = pos.len - from > SHOWN_MAX ? from + SHOWN_MAX : pos.len;
		end = d->span.end > d->span.begin ? begin + (d->span.end - d->span.begin) : begin;
		indent = show_text(out, &pos, from, to);
		show_caret(out, &pos, indent, from, begin, end < to ? end : to);
	}
	if (d->hint)
		sbuf_printf(out, "    hint: %s\n", d->hint);
}

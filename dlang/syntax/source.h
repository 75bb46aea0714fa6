// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Program texts and positions in them. A span names its source by index, so one
// compile has one set of sources: programs, libraries, built-in prototypes.
// Diagnostics are turned into text for people here.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/arena.h"
#include "dlang/base/sbuf.h"
#include "dlang/base/vec.h"
#include "dlang/diag.h"

enum source_kind {
	SOURCE_FILE,			// positions are reported as "file", line N
	SOURCE_STRING,			// from the command line: line N
};

// From this line of the text on, positions are reported as of file and line.
struct line_map {
	uint32_t from_line;
	uint32_t line;
	const char *file;
};

struct source {
	const char *name;
	enum source_kind kind;
	const char *text;		// NUL after the last byte; may hold NULs itself
	uint32_t len;
	VEC(uint32_t) lines;		// where each line begins
	VEC(struct line_map) maps;	// ascending; of #line directives
};

struct sources {
	struct arena *arena;
	VEC(struct source *) list;
	VEC(struct source *) libraries;	// their indices begin at SOURCE_LIBRARY
};

#define SOURCE_LIBRARY (1u << 30)
bool source_is_library(uint32_t source);
struct source *source_of(const struct sources *set, uint32_t source);	// NULL: none

// The source of a span that has no place in any text.
#define SOURCE_NONE UINT32_MAX

struct position {
	const char *file;		// as reported; NULL: a command-line string
	uint32_t line;			// as reported, from 1
	uint32_t column;		// bytes, from 1
	const char *text;		// the line, without its newline
	uint32_t len;
};

void sources_init(struct sources *set, struct arena *a);

// Copies name and text (less than 2 GiB); returns the index of the new source.
uint32_t sources_add(struct sources *set, enum source_kind kind, const char *name,
		     const char *text, size_t len);
uint32_t sources_add_library(struct sources *set, const char *name, const char *text, size_t len);

// Where a span begins. False when it is of no source: *pos is then zero.
bool span_position(const struct sources *set, struct span s, struct position *pos);

// The text after the line that holds byte at is reported as beginning at line;
// file NULL: the same file as so far. Calls come in ascending order.
void source_remap(struct sources *set, uint32_t source, uint32_t at, uint32_t line,
		  const char *file);

// The span from the beginning of a to the end of b, both of one source.
struct span span_join(struct span a, struct span b);

// One line without a newline: [TAG] "file", line N: text
void diag_line(struct sbuf *out, const struct sources *set, const struct diag *d, bool tag);

// The same, then the line of the program with the span underlined, then the
// hint; each ends in a newline. Bytes that a terminal would act on are masked.
void diag_render(struct sbuf *out, const struct sources *set, const struct diag *d, bool tag);

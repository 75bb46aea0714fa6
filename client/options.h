// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The command line, read into plain arrays. Strings are those of argv, but for
// the contents of -s files.

#include <stdbool.h>
#include <stddef.h>

#include "client/settings.h"

enum text_kind { TEXT_FILE, TEXT_NAME, TEXT_FUNC, TEXT_MODULE, TEXT_PROVIDER, TEXT_ID };

struct text {
	enum text_kind kind;
	const char *arg;	// as given: the D text, or the file's name
	char *data;		// of a file; NULL: arg is the text
	size_t len;
};

struct given_setting {
	char *name;
	const char *value;	// NULL: none; points into name
};

struct given_target {
	const char *arg;
	bool is_command;
};

enum mode { MODE_TRACE, MODE_LIST, MODE_VERSION, MODE_HEADER, MODE_LINK, MODE_ANONYMOUS };

struct options {
	enum mode mode;
	struct text *texts;
	size_t ntexts;
	struct given_setting *given;	// -x and its short forms, in order
	size_t ngiven;
	struct settings settings;
	const char **args;		// $0 $1 ...
	size_t nargs;
	const char *output;		// -o
	const char *graph;		// --flamegraph
	const char *name;		// --name
	bool detach;			// -d
	struct given_target *targets;	// -c, -p
	size_t ntargets;
	struct text *libraries;		// of -L
	size_t nlibraries;
	char **objects;			// the operands of -G, not args
	size_t nobjects;
	bool check_only, verbose;
	char refused_letter;		// one that is not possible here, and why; NULL: none
	const char *refused_why;
};

enum { OPTIONS_DONE = 3 };

// Reads argv. 0; OPTIONS_DONE: all is done, exit 0; 1: told the user what is wrong, exit 1; 2: the same with the
// usage, exit 2; or negative errno.
int options_parse(struct options *o, int argc, char **argv);
void options_deinit(struct options *o);
void options_usage(void);

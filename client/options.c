// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The command line: one row per letter in the table below.

#include "client/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cpp.h"
#include "client/source.h"
#include "proto/limits.h"

enum { BAD_VALUE = 1, BAD_USAGE = 2, GAVE_HELP = OPTIONS_DONE };

struct letter {
	char letter;
	bool has_arg;
	int (*read)(struct options *o, const struct letter *row, const char *arg);
	int number;		// for read: a kind or a mode
	const char *text;	// for read: an option's name
};

// ---- growing arrays --------------------------------------------------------

static int grow(void *arrayp, size_t n, size_t size)
{
	void *old, *grown;

	memcpy(&old, arrayp, sizeof(old));
	grown = reallocarray(old, n + 1, size);
	if (!grown)
		return -ENOMEM;
	memcpy(arrayp, &grown, sizeof(grown));
	return 0;
}

static int add_setting(struct options *o, const char *name, const char *value)
{
	struct given_setting *g;
	int r;

	r = grow(&o->given, o->ngiven, sizeof(*o->given));
	if (r < 0)
		return r;
	g = &o->given[o->ngiven];
	g->value = NULL;
	if (asprintf(&g->name, "%s%c%s", name, '\0', value ? value : "") < 0)
		return -ENOMEM;
	if (value)
		g->value = g->name + strlen(name) + 1;
	o->ngiven++;
	return 0;
}

static int add_text(struct options *o, enum text_kind kind, const char *arg, struct text **textp)
{
	int r = grow(&o->texts, o->ntexts, sizeof(*o->texts));

	if (r < 0)
		return r;
	*textp = &o->texts[o->ntexts++];
	**textp = (struct text){ .kind = kind, .arg = arg, .len = strlen(arg) };
	return 0;
}

// ---- one function per sort of letter ---------------------------------------

static int read_text(struct options *o, const struct letter *row, const char *arg)
{
	struct text *text;

	return add_text(o, (enum text_kind)row->number, arg, &text);
}

static int read_script(struct options *o, const struct letter *row, const char *arg)
{
	struct text *text;
	int r;

	r = add_text(o, (enum text_kind)row->number, arg, &text);
	return r < 0 ? r : source_read(text, false);
}

// A letter that is short for an option, with the letter's argument as its value.
static int read_short(struct options *o, const struct letter *row, const char *arg)
{
	int r = settings_set(&o->settings, row->text, arg);

	if (r < 0) {
		fprintf(stderr, "dtrace: failed to set -%c %s: %s\n", row->letter, arg, settings_error(r));
		return BAD_VALUE;
	}
	return add_setting(o, row->text, arg);
}

static int give_setting(struct options *o, const char *arg, size_t n, const char *value)
{
	char *name = strndup(arg, n);
	int r;

	if (!name)
		return -ENOMEM;
	r = settings_set(&o->settings, name, value);
	if (r < 0) {
		fprintf(stderr, "dtrace: failed to set -x %s: %s\n", name, settings_error(r));
		r = BAD_VALUE;
	} else {
		r = add_setting(o, name, value);
	}
	free(name);
	return r;
}

static int give_from_environment(void *arg, const char *name, const char *value)
{
	return give_setting(arg, name, strlen(name), value);
}

static int read_setting(struct options *o, const struct letter *row, const char *arg)
{
	const char *eq = strchr(arg, '='), *value = eq ? eq + 1 : NULL;

	(void)row;
	if (strcmp(arg, "help") == 0) {
		settings_help(stdout);
		return GAVE_HELP;
	}
	return give_setting(o, arg, eq ? (size_t)(eq - arg) : strlen(arg), value);
}

// What is not possible is said at the end: a wrong use of it is said before.
static int refuse(struct options *o, const struct letter *row, const char *arg __attribute__((unused)))
{
	if (o->refused_letter == 'B')
		return 0;
	o->refused_letter = row->letter;
	o->refused_why = row->text;
	return 0;
}

static int read_mode(struct options *o, const struct letter *row, const char *arg)
{
	if (o->mode != MODE_TRACE && o->mode != (enum mode)row->number) {
		fprintf(stderr, "dtrace: only one of the [-AGhlV] options can be specified\n");
		return BAD_USAGE;
	}
	o->mode = (enum mode)row->number;
	return row->text ? refuse(o, row, arg) : 0;
}

static int read_flag(struct options *o, const struct letter *row, const char *arg)
{
	if (row->letter == 'd')
		o->detach = true;
	else if (row->letter == 'e')
		o->check_only = true;
	else if (row->letter == 'v')
		o->verbose = true;
	else
		o->output = arg;
	return 0;
}

static int read_target(struct options *o, const struct letter *row, const char *arg)
{
	int r = grow(&o->targets, o->ntargets, sizeof(*o->targets));

	if (r == 0)
		o->targets[o->ntargets++] = (struct given_target){ arg, row->letter == 'c' };
	return r;
}

static int read_model(struct options *o __attribute__((unused)), const struct letter *row, const char *arg)
{
	if (row->letter == '6' && strcmp(arg, "4") == 0)
		return 0;
	fprintf(stderr, "dtrace: -%c%s: programs have the 64-bit data model of the kernel\n", row->letter, arg);
	return BAD_VALUE;
}

// ---- the table -------------------------------------------------------------

#define NO_STORING "nothing is traced before dtraced runs; have systemd start dtrace with this program at boot"
#define NO_CLAIMING "nothing is traced without a client that could be claimed; have systemd start dtrace -o FILE at boot"

static const struct letter letters[] = {
	{ 'b', true, read_short, 0, "bufsize" },
	{ 'd', false, read_flag, 0, NULL },
	{ 'e', false, read_flag, 0, NULL },
	{ 'f', true, read_text, TEXT_FUNC, NULL },
	{ 'F', false, read_short, 0, "flowindent" },
	{ 'i', true, read_text, TEXT_ID, NULL },
	{ 'l', false, read_mode, MODE_LIST, NULL },
	{ 'm', true, read_text, TEXT_MODULE, NULL },
	{ 'n', true, read_text, TEXT_NAME, NULL },
	{ 'o', true, read_flag, 0, NULL },
	{ 'P', true, read_text, TEXT_PROVIDER, NULL },
	{ 'q', false, read_short, 0, "quiet" },
	{ 's', true, read_script, TEXT_FILE, NULL },
	{ 'v', false, read_flag, 0, NULL },
	{ 'V', false, read_mode, MODE_VERSION, NULL },
	{ 'w', false, read_short, 0, "destructive" },
	{ 'x', true, read_setting, 0, NULL },
	{ 'Z', false, read_short, 0, "zdefs" },
	{ '3', true, read_model, 0, NULL },
	{ '6', true, read_model, 0, NULL },
	{ 'a', false, refuse, 0, NO_CLAIMING },
	{ 'A', false, read_mode, MODE_ANONYMOUS, NO_STORING },
	{ 'B', false, refuse, 0, "it is for tests of a library that is not used" },
	{ 'c', true, read_target, 0, NULL },
	{ 'C', false, read_short, 0, "cpp" },
	{ 'D', true, read_short, 0, "define" },
	{ 'G', false, read_mode, MODE_LINK, NULL },
	{ 'h', false, read_mode, MODE_HEADER, NULL },
	{ 'H', false, read_short, 0, "cpphdrs" },
	{ 'I', true, read_short, 0, "incdir" },
	{ 'L', true, read_short, 0, "libdir" },
	{ 'p', true, read_target, 0, NULL },
	{ 'S', false, read_short, 0, "verbose" },
	{ 'U', true, read_short, 0, "undef" },
	{ 'X', true, read_short, 0, "stdc" },
};

enum { NLETTERS = sizeof(letters) / sizeof(letters[0]) };

void options_usage(void)
{
	fputs("Usage: dtrace [-32|-64] [-CdeFGhHlqSvVwZ] [-b size] [-c cmd] [-D name[=def]] [-I path] [-L path] [-o file]\n"
	      "\t[-p pid] [-U name] [-x opt[=val]] [-X a|c|s|t] [--flamegraph file] [--name name]\n"
	      "\t[-P provider [[ predicate ] action ]]\n"
	      "\t[-m [ provider: ] module [[ predicate ] action ]]\n"
	      "\t[-f [[ provider: ] module: ] func [[ predicate ] action ]]\n"
	      "\t[-n [[[ provider: ] module: ] func: ] name [[ predicate ] action ]]\n"
	      "\t[-i probe-id [[ predicate ] action ]] [-s script] [ args ... ]\n\n"
	      "\t-b  set trace buffer size\n"
	      "\t-c  run specified command and exit upon its completion\n"
	      "\t-C  run cpp(1) preprocessor on script files\n"
	      "\t-d  detach: leave the session to the daemon, and print its name (see list, attach, kill)\n"
	      "\t-D  define symbol when invoking preprocessor\n"
	      "\t-e  exit after compiling request but prior to enabling probes\n"
	      "\t-f  enable or list probes matching the specified function name\n"
	      "\t-F  coalesce trace output by function\n"
	      "\t--flamegraph  draw aggregations by stack into an SVG file\n"
	      "\t-G  make the object file that programs with the defined probes are linked with\n"
	      "\t-h  make the header file that programs with the defined probes include\n"
	      "\t-H  print included files when invoking preprocessor\n"
	      "\t-i  enable or list probes matching the specified probe id\n"
	      "\t-I  add include directory to preprocessor search path\n"
	      "\t-l  list probes matching specified criteria\n"
	      "\t-L  add library directory to library search path\n"
	      "\t-m  enable or list probes matching the specified module name\n"
	      "\t-n  enable or list probes matching the specified probe name\n"
	      "\t--name  call the session so\n"
	      "\t-o  set output file\n"
	      "\t-p  grab specified process-ID and trace until it ends\n"
	      "\t-P  enable or list probes matching the specified provider name\n"
	      "\t-q  set quiet mode (only output explicitly traced data)\n"
	      "\t-s  enable or list probes according to the specified D script\n"
	      "\t-S  print D compiler intermediate code\n"
	      "\t-U  undefine symbol when invoking preprocessor\n"
	      "\t-v  set verbose mode (report stability attributes, arguments)\n"
	      "\t-V  report the version\n"
	      "\t-w  permit destructive actions\n"
	      "\t-x  enable or modify compiler and tracing options (-xhelp lists them)\n"
	      "\t-X  specify ISO C conformance settings for preprocessor\n"
	      "\t-Z  permit probe descriptions that match zero probes\n", stderr);
}

static const struct letter *find_letter(int c)
{
	for (size_t i = 0; i < NLETTERS; i++)
		if (letters[i].letter == c)
			return &letters[i];
	return NULL;
}

static int bad_letter(int c, const char *word)
{
	if (!optopt || optopt > 255)
		fprintf(stderr, "dtrace: %s: %s\n", c == ':' ? "option requires an argument" : "illegal option",
			word);
	else if (c == ':')
		fprintf(stderr, "dtrace: option requires an argument -- %c\n", optopt);
	else
		fprintf(stderr, "dtrace: illegal option -- %c\n", optopt);
	options_usage();
	return BAD_USAGE;
}

// $0 is the first script, or dtrace; then the operands.
static int add_args(struct options *o, int argc, char **argv)
{
	o->args = calloc((size_t)argc + 1, sizeof(*o->args));
	if (!o->args)
		return -ENOMEM;
	o->args[o->nargs++] = "dtrace";
	for (size_t i = 0; i < o->ntexts; i++) {
		if (o->texts[i].kind == TEXT_FILE) {
			o->args[0] = o->texts[i].arg;
			break;
		}
	}
	if (o->mode == MODE_LINK) {
		o->objects = argv;
		o->nobjects = (size_t)argc;
		return 0;
	}
	for (int i = 0; i < argc; i++)
		o->args[o->nargs++] = argv[i];
	return 0;
}

static int check_refused(const struct options *o)
{
	if (!o->refused_why)
		return 0;
	if (o->refused_letter == 'B' && (o->output || o->mode == MODE_LIST || o->mode == MODE_LINK ||
				       o->mode == MODE_ANONYMOUS)) {
		fprintf(stderr, "dtrace: -B not valid in combination with [-AGl] or -o\n");
		return BAD_USAGE;
	}
	fprintf(stderr, "dtrace: -%c is not possible here: %s\n", o->refused_letter, o->refused_why);
	return BAD_VALUE;
}

// -L, in order.
static int read_libraries(struct options *o)
{
	int r = 0;

	for (size_t i = 0; i < o->ngiven && r == 0; i++)
		if (o->given[i].value && strcmp(o->given[i].name, "libdir") == 0)
			r = source_read_directory(o, o->given[i].value);
	return r;
}

static int check_sizes(const struct options *o)
{
	size_t total = 0;

	for (size_t i = 0; i < o->ntexts; i++)
		total += o->texts[i].len;
	for (size_t i = 0; i < o->nlibraries; i++)
		total += o->libraries[i].len;
	if (total > PROTO_SOURCE || o->ntexts > PROTO_TEXTS || o->nargs > PROTO_MACRO_ARGS ||
	    o->ngiven > PROTO_OPTIONS || o->nlibraries > PROTO_TEXTS) {
		fprintf(stderr, "dtrace: the request is too large: at most %d bytes of D, %d programs, %d "
			"arguments, %d options\n", PROTO_SOURCE, PROTO_TEXTS, PROTO_MACRO_ARGS, PROTO_OPTIONS);
		return BAD_VALUE;
	}
	return 0;
}

// Options without a letter.
enum { WORD_FLAMEGRAPH = 256, WORD_NAME };

static const struct option words[] = {
	{ "flamegraph", required_argument, NULL, WORD_FLAMEGRAPH },
	{ "name", required_argument, NULL, WORD_NAME },
	{ NULL, 0, NULL, 0 },
};

static int parse_letters(struct options *o, int argc, char **argv)
{
	char optstring[2 * NLETTERS + 2], *p = optstring;
	const struct letter *row;
	int c, r = 0;

	*p++ = ':';
	for (size_t i = 0; i < NLETTERS; i++) {
		*p++ = letters[i].letter;
		if (letters[i].has_arg)
			*p++ = ':';
	}
	*p = '\0';
	optind = 0;
	while (r == 0 && (c = getopt_long(argc, argv, optstring, words, NULL)) >= 0) {
		if (c == WORD_FLAMEGRAPH || c == WORD_NAME) {
			*(c == WORD_NAME ? &o->name : &o->graph) = optarg;
			continue;
		}
		row = find_letter(c);
		r = row ? row->read(o, row, row->has_arg ? optarg : NULL) : bad_letter(c, argv[optind - 1]);
	}
	return r;
}

int options_parse(struct options *o, int argc, char **argv)
{
	int r;

	*o = (struct options){ .mode = MODE_TRACE };
	settings_init(&o->settings);
	if (argc < 2) {
		options_usage();
		return BAD_USAGE;
	}
	r = settings_environment(give_from_environment, o);
	if (r == 0)
		r = parse_letters(o, argc, argv);
	if (r == 0)
		r = check_refused(o);
	if (r == 0)
		r = add_args(o, argc - optind, argv + optind);
	for (size_t i = 0; i < o->ntexts && r == 0; i++)
		if (o->texts[i].kind == TEXT_FILE && settings_get(&o->settings, OPT_cpp))
			r = cpp_run(o, &o->texts[i]);
	if (r == 0)
		r = read_libraries(o);
	return r ? r : check_sizes(o);
}

void options_deinit(struct options *o)
{
	for (size_t i = 0; i < o->ntexts; i++)
		free(o->texts[i].data);
	for (size_t i = 0; i < o->ngiven; i++)
		free(o->given[i].name);
	for (size_t i = 0; i < o->nlibraries; i++) {
		free((char *)o->libraries[i].arg);
		free(o->libraries[i].data);
	}
	free(o->libraries);
	free(o->targets);
	free(o->texts);
	free(o->given);
	free(o->args);
	*o = (struct options){ .mode = MODE_TRACE };
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Building of requests, see request.h.

#include "client/request.h"

#include "client/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Macro variables that the client knows; $target comes with -c and -p.
static pid_t macro_sid(void)
{
	return getsid(0);
}

static pid_t macro_pgid(void)
{
	return getpgid(0);
}

static const struct {
	const char *name;
	pid_t (*get_pid)(void);
	uid_t (*get_id)(void);		// neither: 0
} macros[] = {
	{ "pid", getpid, NULL }, { "ppid", getppid, NULL }, { "pgid", macro_pgid, NULL },
	{ "sid", macro_sid, NULL }, { "uid", NULL, getuid }, { "euid", NULL, geteuid },
	{ "gid", NULL, getgid }, { "egid", NULL, getegid }, { "projid", NULL, NULL },
	{ "taskid", NULL, NULL },
};

enum { NMACROS = sizeof(macros) / sizeof(macros[0]) };

static void fill_macros(struct request_parts *p, pid_t target)
{
	for (size_t i = 0; i < NMACROS; i++) {
		dtraced__macro__init(&p->macro[i]);
		p->macro[i].name = (char *)macros[i].name;
		if (macros[i].get_pid)
			p->macro[i].value = macros[i].get_pid();
		else if (macros[i].get_id)
			p->macro[i].value = macros[i].get_id();
		p->macros[i] = &p->macro[i];
	}
	p->nmacros = NMACROS;
	if (!target)
		return;
	dtraced__macro__init(&p->macro[NMACROS]);
	p->macro[NMACROS].name = (char *)"target";
	p->macro[NMACROS].value = target;
	p->macros[NMACROS] = &p->macro[NMACROS];
	p->nmacros++;
}

static void fill_texts(struct request_parts *p, const struct options *o)
{
	for (size_t i = 0; i < o->ntexts; i++) {
		const struct text *in = &o->texts[i];
		Dtraced__Text *out = &p->text[i];

		dtraced__text__init(out);
		out->kind = (Dtraced__TextKind)in->kind;
		if (in->kind == TEXT_FILE)
			out->name = (char *)in->arg;
		out->text.data = (uint8_t *)(in->kind == TEXT_FILE ? in->data : (char *)in->arg);
		out->text.len = in->len;
		p->texts[i] = out;
	}
}

static void fill_libraries(struct request_parts *p, const struct options *o)
{
	for (size_t i = 0; i < o->nlibraries; i++) {
		Dtraced__Text *out = &p->library[i];

		dtraced__text__init(out);
		out->kind = DTRACED__TEXT_KIND__TEXT_FILE;
		out->name = (char *)o->libraries[i].arg;
		out->text.data = (uint8_t *)o->libraries[i].data;
		out->text.len = o->libraries[i].len;
		p->libraries[i] = out;
	}
}

// Which pass of the compiler is to be printed.
static const char *dump_letter(const struct options *o)
{
	if (settings_get(&o->settings, OPT_verbose) || o->settings.given[OPT_disasm])
		return "b";
	return o->settings.given[OPT_tree] ? "a" : "";
}

static void fill_settings(struct request_parts *p, const struct options *o)
{
	for (size_t i = 0; i < o->ngiven; i++) {
		Dtraced__Setting *out = &p->setting[i];

		dtraced__setting__init(out);
		out->name = o->given[i].name;
		out->has_value = o->given[i].value != NULL;
		if (out->has_value)
			out->value = (char *)o->given[i].value;
		p->settings[i] = out;
	}
}

static void fill_targets(struct request_parts *p, const struct targets *targets)
{
	p->ntargets = targets_count(targets);
	for (size_t i = 0; i < p->ntargets; i++) {
		Dtraced__Target *out = &p->target[i];
		pid_t pid;

		dtraced__target__init(out);
		targets_get(targets, i, &pid, &out->start);
		out->pid = pid;
		p->targets[i] = out;
	}
}

int request_parts_init(struct request_parts *p, const struct options *o, const struct targets *targets)
{
	*p = (struct request_parts){
		.texts = calloc(o->ntexts + 1, sizeof(*p->texts)),
		.text = calloc(o->ntexts + 1, sizeof(*p->text)),
		.macros = calloc(NMACROS + 1, sizeof(*p->macros)),
		.macro = calloc(NMACROS + 1, sizeof(*p->macro)),
		.libraries = calloc(o->nlibraries + 1, sizeof(*p->libraries)),
		.library = calloc(o->nlibraries + 1, sizeof(*p->library)),
		.targets = calloc(targets_count(targets) + 1, sizeof(*p->targets)),
		.target = calloc(targets_count(targets) + 1, sizeof(*p->target)),
		.settings = calloc(o->ngiven + 1, sizeof(*p->settings)),
		.setting = calloc(o->ngiven + 1, sizeof(*p->setting)),
		.args = (char **)o->args,
	};
	if (!p->texts || !p->text || !p->macros || !p->macro || !p->settings || !p->setting ||
	    !p->libraries || !p->library || !p->targets || !p->target)
		return -ENOMEM;
	fill_texts(p, o);
	fill_macros(p, targets_first(targets));
	fill_targets(p, targets);
	fill_libraries(p, o);
	fill_settings(p, o);
	return 0;
}

void request_parts_deinit(struct request_parts *p)
{
	free(p->texts);
	free(p->text);
	free(p->macros);
	free(p->macro);
	free(p->targets);
	free(p->target);
	free(p->settings);
	free(p->setting);
	free(p->libraries);
	free(p->library);
}

void request_compile(const struct request_parts *p, const struct options *o, Dtraced__Compile *m)
{
	dtraced__compile__init(m);
	m->texts = p->texts;
	m->n_texts = o->ntexts;
	m->macros = p->macros;
	m->n_macros = p->nmacros;
	m->args = p->args;
	m->n_args = o->nargs;
	m->options = p->settings;
	m->n_options = o->ngiven;
	m->check_only = o->check_only;
	m->detached = o->detach;
	m->name = (char *)(o->name ? o->name : "");
	m->with_probes = o->verbose;
	m->dump = (char *)dump_letter(o);
	m->libraries = p->libraries;
	m->n_libraries = o->nlibraries;
	m->targets = p->targets;
	m->n_targets = p->ntargets;
}

void request_list(const struct request_parts *p, const struct options *o, Dtraced__List *m)
{
	dtraced__list__init(m);
	m->texts = p->texts;
	m->n_texts = o->ntexts;
	m->macros = p->macros;
	m->n_macros = p->nmacros;
	m->args = p->args;
	m->n_args = o->nargs;
	m->options = p->settings;
	m->n_options = o->ngiven;
	m->verbose = o->verbose;
	m->libraries = p->libraries;
	m->n_libraries = o->nlibraries;
	m->targets = p->targets;
	m->n_targets = p->ntargets;
}

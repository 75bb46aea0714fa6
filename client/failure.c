// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Failures as text, see failure.h.

#include "client/failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/output/buf.h"

static void print_program(const struct options *o, uint32_t program)
{
	const struct text *text = program < o->ntexts ? &o->texts[program] : NULL;

	if (!text)
		return;
	if (text->kind == TEXT_FILE)
		fprintf(stderr, "failed to compile script %s: ", text->arg);
	else
		fprintf(stderr, "invalid probe specifier %s: ", text->arg);
}

static void print_block(const char *text)
{
	size_t n = strlen(text);

	foreign_print(stderr, text);
	if (n && text[n - 1] != '\n')
		fputc('\n', stderr);
}

static void print_diagnostic(const Dtraced__Diagnostic *d, const struct options *o)
{
	fprintf(stderr, "dtrace: ");
	print_program(o, d->program);
	if (settings_get(&o->settings, OPT_errtags) && *d->tag)
		fprintf(stderr, "[%s] ", d->tag);
	if (*d->location)
		fprintf(stderr, "%s ", d->location);
	print_block(d->text);
	print_block(d->excerpt);
	print_block(d->hint);
}

void failure_print(const Dtraced__Failure *failure, const struct options *o, const char *what)
{
	for (size_t i = 0; i < failure->n_diagnostics; i++)
		print_diagnostic(failure->diagnostics[i], o);
	if (failure->n_diagnostics)
		return;
	fprintf(stderr, "dtrace: %s: ", what);
	print_block(*failure->text ? failure->text : "the daemon refused without a reason");
}

void error_print(int err, const char *what)
{
	const char *text = strerror(-err);

	if (err == -ECONNRESET || err == -EPIPE)
		text = "the connection to dtraced is lost";
	else if (err == -EBADMSG)
		text = "dtraced has sent something that cannot be read";
	else if (err == -EMSGSIZE)
		text = "a message is larger than the protocol allows";
	fprintf(stderr, "dtrace: %s: %s\n", what, text);
}

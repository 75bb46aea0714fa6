// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace list, show, kill, pause, resume, freeze and thaw: what there is to say of and
// to the sessions of a daemon.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd.h"
#include "client/decode/schema.h"
#include "client/failure.h"
#include "client/faults.h"
#include "client/output/buf.h"
#include "client/sessions.h"

static int usage(const char *word, const char *args)
{
	fprintf(stderr, "Usage: dtrace %s%s\n", word, args);
	return EXIT_USAGE;
}

// 0; or an exit status after telling the user.
static int open_link(struct link **l)
{
	int r = link_open_service(l);

	if (r < 0)
		error_print(r, "failed to initialize dtrace");
	return r ? EXIT_FATAL : 0;
}

static int finish(int r, const char *what)
{
	if (r == 0 && fflush(stdout))
		r = -errno;
	return r < 0 ? cmd_fail(r, what) : r;
}

// ---- list ------------------------------------------------------------------

static void print_row(const Dtraced__SessionInfo *s)
{
	char user[64], since[32];

	printf("%-24s %-12s %-8s %7u %12" PRIu64 "  %s\n", s->name, session_user(s, user, sizeof(user)), session_state(s),
	       s->viewers, session_drops(s), session_since(s, since, sizeof(since)));
}

int cmd_sessions(int argc, char **argv)
{
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	_cleanup_sessions_ struct sessions s = { 0 };
	int r;

	if (argc != 1)
		return usage(argv[0], "");
	r = open_link(&l);
	if (r)
		return r;
	r = sessions_ask(l, "", false, false, "failed to list sessions", &s);
	if (r == 0)
		printf("%-24s %-12s %-8s %7s %12s  %s\n", "NAME", "USER", "STATE", "VIEWERS", "DROPS", "SINCE");
	for (size_t i = 0; r == 0 && i < s.n; i++)
		print_row(s.list[i]);
	return finish(r, "failed to list sessions");
}

// ---- show ------------------------------------------------------------------

static void print_facts(const Dtraced__SessionInfo *s)
{
	char text[64];

	printf("session   %s\nid        %016" PRIx64 "\n", s->name, s->id);
	printf("owner     %s, process %d\n", session_user(s, text, sizeof(text)), s->pid);
	printf("state     %s, %s, %u viewer%s\n", session_state(s), s->detached ? "detached" : "ends with its client",
	       s->viewers, s->viewers == 1 ? "" : "s");
	printf("since     %s\n", session_since(s, text, sizeof(text)));
	printf("memory    %" PRIu64 " bytes\nwaiting   %" PRIu64 " bytes of records\n", s->memory, s->records);
	if (!session_drops(s))
		printf("drops     0\n");
	for (size_t i = 0; i < s->n_drops; i++) {
		if (!drops_is_loss(s->drops[i]->kind))
			continue;
		printf("drops     ");
		drops_print_total(stdout, s->drops[i]->kind, s->drops[i]->count);
	}
}

// What the kernel has not measured is not known.
static void print_programs(const Dtraced__SessionInfo *s)
{
	for (size_t i = 0; i < s->n_programs; i++) {
		const Dtraced__ProgramCost *p = s->programs[i];

		printf("program   %s", p->hook);
		if (p->runs)
			printf(": %" PRIu64 " runs of %" PRIu64 " ns measured", p->runs, p->ns / p->runs);
		putchar('\n');
	}
}

static int print_probes(const Dtraced__SessionInfo *s)
{
	__attribute__((cleanup(schema_freep))) struct schema *schema = NULL;
	int r = schema_parse(s->schema.data, s->schema.len, &schema);

	for (size_t i = 0; r == 0 && i < schema->nprobes; i++) {
		const struct probe *p = &schema->probes[i];

		printf("probe     ");
		foreign_print(stdout, p->prov);
		putchar(':');
		foreign_print(stdout, p->mod);
		putchar(':');
		foreign_print(stdout, p->func);
		putchar(':');
		foreign_print(stdout, p->name);
		putchar('\n');
	}
	return r;
}

static int print_source(const Dtraced__SessionInfo *s)
{
	Dtraced__Compile *m = dtraced__compile__unpack(NULL, s->request.len, s->request.data);

	for (size_t i = 0; m && i < m->n_texts; i++) {
		char *text = strndup((char *)m->texts[i]->text.data, m->texts[i]->text.len), *line, *rest = text;

		printf("source    ");
		foreign_print(stdout, *m->texts[i]->name ? m->texts[i]->name : "command line");
		putchar('\n');
		while (text && (line = strsep(&rest, "\n")) && (*line || rest)) {
			fputs("          ", stdout);
			foreign_print(stdout, line);
			putchar('\n');
		}
		free(text);
	}
	if (m)
		dtraced__compile__free_unpacked(m, NULL);
	return m ? 0 : -EBADMSG;
}

int cmd_show(int argc, char **argv)
{
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	_cleanup_sessions_ struct sessions s = { 0 };
	int r;

	if (argc != 2)
		return usage(argv[0], " session");
	r = open_link(&l);
	if (r)
		return r;
	r = sessions_ask(l, argv[1], true, false, "failed to show the session", &s);
	if (r == 0 && s.n != 1)
		r = -EBADMSG;
	if (r == 0) {
		print_facts(s.list[0]);
		print_programs(s.list[0]);
		r = print_probes(s.list[0]);
	}
	if (r == 0)
		r = print_source(s.list[0]);
	return finish(r, "failed to show the session");
}

// ---- words that only do something ------------------------------------------

static int call(Dtraced__Request *req, const char *what)
{
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r = open_link(&l);

	if (r)
		return r;
	r = link_call(l, req, &reply);
	if (r == 0 && reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		fprintf(stderr, "dtrace: failed to %s: %s\n", what, reply->failure->text);
		return EXIT_FATAL;
	}
	return r < 0 ? cmd_fail(r, what) : EXIT_SUCCESS;
}

int cmd_control(int argc, char **argv)
{
	static const struct { const char *word; Dtraced__ControlKind kind; } words[] = {
		{ "kill", DTRACED__CONTROL_KIND__CONTROL_KILL }, { "pause", DTRACED__CONTROL_KIND__CONTROL_PAUSE },
		{ "resume", DTRACED__CONTROL_KIND__CONTROL_RESUME },
	};
	Dtraced__Control body = DTRACED__CONTROL__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	int status = EXIT_SUCCESS;

	if (argc < 2)
		return usage(argv[0], " session ...");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, argv[0]) == 0)
			body.kind = words[i].kind;
	req.body_case = DTRACED__REQUEST__BODY_CONTROL;
	req.control = &body;
	for (int i = 1; i < argc; i++) {
		body.session = argv[i];
		if (call(&req, argv[0]))
			status = EXIT_FATAL;
	}
	return status;
}

int cmd_freeze(int argc, char **argv)
{
	Dtraced__Freeze body = DTRACED__FREEZE__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;

	if (argc != 1)
		return usage(argv[0], "");
	body.thaw = strcmp(argv[0], "thaw") == 0;
	req.body_case = DTRACED__REQUEST__BODY_FREEZE;
	req.freeze = &body;
	return call(&req, argv[0]);
}

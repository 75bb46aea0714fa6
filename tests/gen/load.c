// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// load FIRST COUNT: compiles and loads the programs of the seeds FIRST ...
// through the daemon at DTRACED_SOCKET, and closes them. Prints "refused SEED
// WHY" for each that is not loaded, and the number of those that are.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/link.h"
#include "tests/gen/gen.h"

static int call_close(struct link *l, uint64_t session)
{
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Close c = DTRACED__CLOSE__INIT;

	c.session = session;
	r.body_case = DTRACED__REQUEST__BODY_CLOSE;
	r.close = &c;
	return link_call(l, &r, &reply);
}

static void set_macros(Dtraced__Compile *c)
{
	static Dtraced__Macro pid = DTRACED__MACRO__INIT, uid = DTRACED__MACRO__INIT;
	static Dtraced__Macro *const macros[] = { &pid, &uid };

	pid.name = (char *)"pid";
	pid.value = 1;
	uid.name = (char *)"uid";
	c->macros = (Dtraced__Macro **)macros;
	c->n_macros = 2;
}

static void refused(uint64_t seed, const Dtraced__Failure *f)
{
	printf("refused %" PRIu64 " failure %d: %s\n", seed, f->code, f->text);
	for (size_t i = 0; i < f->n_diagnostics; i++)
		printf("  [%s] %s %s\n%s\n", f->diagnostics[i]->tag, f->diagnostics[i]->location,
			f->diagnostics[i]->text, f->diagnostics[i]->excerpt);
	fflush(stdout);
}

// 1: loaded; 0: not; or negative errno.
static int load(struct link *l, uint64_t seed, const struct sbuf *text)
{
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Compile c = DTRACED__COMPILE__INIT;
	Dtraced__Text t = DTRACED__TEXT__INIT, *texts = &t;
	int e;

	t.kind = DTRACED__TEXT_KIND__TEXT_FILE;
	t.name = (char *)"gen.d";
	t.text.data = (uint8_t *)text->s;
	t.text.len = text->n;
	c.texts = &texts;
	c.n_texts = 1;
	set_macros(&c);
	r.body_case = DTRACED__REQUEST__BODY_COMPILE;
	r.compile = &c;
	e = link_call(l, &r, &reply);
	if (e)
		return e;
	if (reply->body_case == DTRACED__REPLY__BODY_COMPILED) {
		e = call_close(l, reply->compiled->session);
		return e ? e : 1;
	}
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE)
		refused(seed, reply->failure);
	return 0;
}

int main(int argc, char **argv)
{
	struct link *l;
	uint64_t first, count, loaded = 0;
	int e;

	if (argc != 3 || link_open(&l))
		return 2;
	first = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	for (uint64_t seed = first; seed < first + count; seed++) {
		struct arena *a = arena_new(16u << 20, NULL, NULL);
		struct sbuf text;

		sbuf_init(&text, a);
		gen_program(seed, &text);
		e = load(l, seed, &text);
		arena_free(a);
		if (e < 0) {
			printf("lost the daemon at %" PRIu64 ": %s\n", seed, strerror(-e));
			return 1;
		}
		loaded += (uint64_t)e;
	}
	printf("loaded %" PRIu64 "\n", loaded);
	link_close(l);
	return loaded != count;
}

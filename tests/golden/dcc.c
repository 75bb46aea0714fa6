// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The compiler from the command line, for golden tests and for looking at what
// it makes: dcc LETTER [-s FILE | -n TEXT]... prints the dump of that pass on
// the running kernel's BTF and catalogue, or the diagnostics. dcc reply ...
// writes what a compile worker answers, as it goes over the wire (fuzz seeds).

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/compile/object_wire.h"
#include "daemon/compile/warm.h"
#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"

static char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	size_t cap = 1 << 20;
	char *s = malloc(cap);

	if (!f || !s)
		exit(2);
	*len = fread(s, 1, cap, f);
	fclose(f);
	return s;
}

static int report(struct warm *w, struct dlang_result *res)
{
	struct sbuf out;

	sbuf_init(&out, w->arena);
	for (uint32_t i = 0; i < res->diags.list.n; i++)
		diag_render(&out, res->sources, &res->diags.list.v[i], true);
	fputs(out.s ? out.s : "", stdout);
	return res->object ? 0 : 1;
}

static int write_reply(struct warm *w, struct dlang_env *env, const struct dlang_result *res)
{
	Dtraced__WorkerReply reply = DTRACED__WORKER_REPLY__INIT;
	size_t n;
	uint8_t *bytes;

	if (!res->object)
		return 1;
	reply.body_case = DTRACED__WORKER_REPLY__BODY_OBJECT;
	reply.object = object_to_wire(w->arena, res->object, res->sources);
	reply.schema = schema_to_wire(env, res->object, false);
	n = dtraced__worker_reply__get_packed_size(&reply);
	bytes = arena_alloc(w->arena, n + 1);
	dtraced__worker_reply__pack(&reply, bytes);
	return fwrite(bytes, 1, n, stdout) != n;
}

int main(int argc, char **argv)
{
	struct warm w = { .providers = getenv("PRV") };
	const char *why = NULL;
	struct dlang_text texts[64];
	uint32_t n = 0;

	if (argc < 4 || warm_init(&w, &why)) {
		fprintf(stderr, "dcc: %s\n", why ? why : "LETTER [-s FILE | -n TEXT]...");
		return 2;
	}
	for (int i = 2; i + 1 < argc && n < 64; i += 2) {
		texts[n] = (struct dlang_text){ .kind = TEXT_NAME, .text = argv[i + 1],
						.len = strlen(argv[i + 1]) };
		if (!strcmp(argv[i], "-s")) {
			texts[n].kind = TEXT_FILE;
			texts[n].name = argv[i + 1];
			texts[n].text = slurp(argv[i + 1], &texts[n].len);
		}
		n++;
	}
	struct catalogue *c = catalogue_layer(w.arena, w.interns, w.catalogue, 1000000, 100000);
	struct probe_source source = catalogue_source(c);
	struct dlang_env env = { .arena = w.arena, .interns = w.interns,
				 .types = types_new(w.arena, w.interns, w.btf), .probes = &source,
				 .ncpus = 2, .prelude = w.prelude, .symbols = w.symbols };
	struct dlang_request req = { .texts = texts, .ntexts = n, .max_probes = 100000,
				     .dump = argv[1][0] };
	struct dlang_result res = { 0 };

	if (!strcmp(argv[1], "reply")) {
		req.dump = 0;
		return dlang_compile(&env, &req, &res) || write_reply(&w, &env, &res);
	}
	dlang_compile(&env, &req, &res);
	fputs(res.dump_text ? res.dump_text : "", stdout);
	return report(&w, &res);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The compiler from the command line, for golden tests and for looking at what
// it makes: dcc LETTER [-s FILE | -n TEXT]... prints the dump of that pass on
// the running kernel's BTF and catalogue, or the diagnostics. dcc reply ...
// writes what a compile worker answers, as it goes over the wire (fuzz seeds);
// dcc check ... compiles for a user of class `user` and says what the checker of confined
// programs says of each program.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/compile/object_wire.h"
#include "daemon/compile/warm.h"
#include "daemon/kernel/load.h"
#include "daemon/policy/checker.h"
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
	reply.object = object_to_wire(w->arena, res->object, res->sources, w->symbols);
	reply.schema = schema_to_wire(env, res->object, false);
	n = dtraced__worker_reply__get_packed_size(&reply);
	bytes = arena_alloc(w->arena, n + 1);
	dtraced__worker_reply__pack(&reply, bytes);
	return fwrite(bytes, 1, n, stdout) != n;
}

static const struct check_map *maps_of(struct warm *w, const struct object *o)
{
	struct check_map *maps = arena_alloc(w->arena, (MAP_FIRST_EXTRA + o->maps.n) * sizeof *maps);

	maps[MAP_CTL] = (struct check_map){ CHECK_MAP_CELL, 4, o->layout.ctl_size };
	maps[MAP_SEG] = (struct check_map){ CHECK_MAP_ARRAY, 4, o->layout.area_size };
	maps[MAP_BELL] = (struct check_map){ .kind = CHECK_MAP_BELL };
	for (uint32_t i = 0; i < o->maps.n; i++) {
		const struct object_map *m = &o->maps.v[i];

		maps[MAP_FIRST_EXTRA + i] = (struct check_map){
			m->kind == MK_HASH ? CHECK_MAP_HASH : CHECK_MAP_TASK, m->key_size, m->value_size,
		};
	}
	return maps;
}

static int check_programs(struct warm *w, const struct object *o)
{
	const struct check_map *maps = maps_of(w, o);
	int bad = 0, r;

	for (uint32_t i = 0; i < o->programs.n; i++) {
		const struct object_program *p = &o->programs.v[i];
		struct check_slot *slots = arena_alloc(w->arena, (p->slots.n + 1) * sizeof *slots);
		struct check_request q = {
			.insns = p->body.insns, .n = p->body.n, .relocs = p->body.relocs.v,
			.nrelocs = p->body.relocs.n, .maps = maps, .nmaps = MAP_FIRST_EXTRA + o->maps.n,
			.slots = slots, .nslots = p->slots.n, .functions = o->runtime.v,
			.nfunctions = o->runtime.n, .strsize = o->strsize, .placeholder = LOAD_SECRET,
			.process = p->hook.kind != HOOK_BEGIN && p->hook.kind != HOOK_END && p->hook.kind != HOOK_TICK,
		};
		struct reason why = { "passes" };

		for (uint32_t k = 0; k < p->slots.n; k++)
			slots[k] = (struct check_slot){ p->slots.v[k].kind == ARG_SELF, p->slots.v[k].a };
		r = checker_body(&q, &why);
		printf("program %s, %u instructions: %s\n", p->hook.name ? p->hook.name : "-", p->body.n, why.text);
		bad |= r;
	}
	return bad != 0;
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
	if (!strcmp(argv[1], "check")) {
		req.dump = 0;
		req.confined = PROBE_CLASS_USER;
		dlang_compile(&env, &req, &res);
		return report(&w, &res) || check_programs(&w, res.object);
	}
	dlang_compile(&env, &req, &res);
	fputs(res.dump_text ? res.dump_text : "", stdout);
	return report(&w, &res);
}

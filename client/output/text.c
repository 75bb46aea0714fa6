// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The classic output: header, CPU and probe columns, values in their default
// layouts, printf and printa, aggregations at the end.

#include <errno.h>
#include <stdlib.h>

#include "client/format/agg.h"
#include "client/format/flow.h"
#include "client/format/location.h"
#include "client/format/printf.h"
#include "client/format/stacktree.h"
#include "client/format/trace.h"
#include "client/output/svg.h"
#include "client/output/writer.h"

enum { CPU_WIDTH = 3, ID_WIDTH = 6, NAME_WIDTH = 32 };

struct text_writer {
	struct writer writer;
	const struct schema *schema;
	struct outbuf out;
	struct printf_prog **progs;	// by action
	struct flow *flow;		// with -F
	struct agg_style agg;
	struct trace_style trace;
	struct location_style where;
	int graph;			// -1: none
	bool fold;
	bool started;
};

static struct text_writer *text_of(struct writer *w)
{
	return (struct text_writer *)w;
}

static struct source source_of(const struct text_writer *t, const struct firing *f)
{
	return (struct source){ t->schema, f->rec.bytes, f->probe, &t->where };
}

static void put_header(struct text_writer *t)
{
	if (t->started)
		return;
	t->started = true;
	if (t->flow)
		outbuf_printf(&t->out, "%3s %-41s\n", "CPU", "FUNCTION");
	else if (!t->trace.quiet)
		outbuf_printf(&t->out, "%3s %6s %32s\n", "CPU", "ID", "FUNCTION:NAME");
}

static void put_probe(struct outbuf *b, const struct probe *p)
{
	size_t func = strlen(p->func), name = strlen(p->name);

	outbuf_fill(b, ' ', NAME_WIDTH - (int64_t)(func + 1 + name));
	outbuf_foreign(b, p->func, func, 0);
	outbuf_char(b, ':');
	outbuf_foreign(b, p->name, name, 0);
}

static int text_begin(struct writer *w, const struct firing *f)
{
	struct text_writer *t = text_of(w);
	struct outbuf *b = &t->out;
	int r = 0;

	put_header(t);
	if (t->flow) {
		struct flow_record rec = { f->probe, f->rec.cpu, f->form->clause, f->next_probe,
					   f->next_clause };

		decimal_put(b, f->rec.cpu, CPU_WIDTH);
		outbuf_char(b, ' ');
		r = flow_put(t->flow, b, &rec);
		outbuf_char(b, ' ');
	} else if (!t->trace.quiet) {
		decimal_put(b, f->rec.cpu, CPU_WIDTH);
		outbuf_char(b, ' ');
		decimal_put(b, f->probe->id, ID_WIDTH);
		outbuf_char(b, ' ');
		put_probe(b, f->probe);
		outbuf_char(b, ' ');
	}
	return r;
}

static bool text_has_addresses(struct writer *w, const struct action *a)
{
	const struct printf_prog *prog = text_of(w)->progs[a->index];

	if (prog)
		return a->kind != ACT_PRINTA && printf_has_addresses(prog);
	return a->kind == ACT_TRACE && value_is_address(&a->values[0]);
}

static int text_want(struct writer *w, const struct firing *f, const struct action *a)
{
	struct text_writer *t = text_of(w);
	struct source src = source_of(t, f);

	if (t->progs[a->index])
		return printf_want(t->progs[a->index], &src);
	return address_want(t->where.names, &a->values[0], src.bytes);
}

static int text_value(struct writer *w, const struct firing *f, const struct action *a)
{
	struct text_writer *t = text_of(w);
	struct source src = source_of(t, f);

	if (a->kind == ACT_PRINTF)
		printf_run(t->progs[a->index], &t->out, &src, NULL, NULL);
	else if (a->kind == ACT_TRACEMEM)
		trace_put_memory(&t->out, &a->values[0], &src,
				 a->nvalues > 1 ? (uint64_t)value_int(&a->values[1], src.bytes) : 0);
	else
		trace_put(&t->out, &a->values[0], &src, &t->trace);
	return 0;
}

static int put_tables(struct text_writer *t, struct table *const *tables, uint32_t n, const struct printf_prog *prog)
{
	struct stacktree *tree;
	int r;

	if (prog || !t->fold || n > 1 || !agg_has_stack(table_agg(tables[0])))
		return agg_print(&t->out, t->schema, tables, n, prog, &t->agg);
	r = stacktree_new(&tree);
	if (r == 0)
		r = stacktree_add(tree, t->schema, tables[0], &t->where, NULL);
	if (r == 0)
		stacktree_fold(&t->out, stacktree_sort(tree));
	stacktree_free(tree);
	return r;
}

static int text_printa(struct writer *w, const struct action *a, struct table *const *tables)
{
	struct text_writer *t = text_of(w);
	int r = agg_want(t->schema, tables, a->naggs, t->progs[a->index], &t->agg);

	if (r == 0 && t->where.names)
		r = names_fetch(t->where.names);
	if (r == 0 && !a->format)
		outbuf_char(&t->out, '\n');
	return r ? r : put_tables(t, tables, a->naggs, t->progs[a->index]);
}

static int text_format(struct writer *w, const struct firing *f, const struct action *a, struct outbuf *text)
{
	struct text_writer *t = text_of(w);
	struct source src = source_of(t, f);

	printf_run(t->progs[a->index], text, &src, NULL, NULL);
	return 0;
}

static int text_end(struct writer *w, const struct firing *f __attribute__((unused)))
{
	struct text_writer *t = text_of(w);

	if (!t->trace.quiet)
		outbuf_char(&t->out, '\n');
	return 0;
}

static int text_interrupted(struct writer *w)
{
	outbuf_char(&text_of(w)->out, '\n');
	return 0;
}

static bool text_keeps(struct writer *w, const struct agg *a)
{
	return text_of(w)->graph >= 0 && agg_has_stack(a);
}

// The tables that are kept, as one graph; names of aggregations if there are several.
static int put_graph(struct text_writer *t, struct table *const *tables, uint32_t n)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(t->graph);
	struct stacktree *tree;
	uint32_t stacks = 0;
	int r = stacktree_new(&tree);

	for (uint32_t i = 0; i < n; i++)
		stacks += agg_has_stack(table_agg(tables[i]));
	for (uint32_t i = 0; r == 0 && i < n; i++)
		if (agg_has_stack(table_agg(tables[i])))
			r = stacktree_add(tree, t->schema, tables[i], &t->where,
					  stacks > 1 ? table_agg(tables[i])->name : NULL);
	if (r == 0) {
		svg_put(&b, stacktree_sort(tree));
		r = outbuf_flush(&b);
	}
	stacktree_free(tree);
	return r;
}

static int text_finish(struct writer *w, struct table *const *tables, uint32_t n)
{
	struct text_writer *t = text_of(w);
	int r = 0;

	outbuf_char(&t->out, '\n');
	for (uint32_t i = 0; r == 0 && i < n; i++)
		r = agg_want(t->schema, &tables[i], 1, NULL, &t->agg);
	if (r == 0 && t->where.names)
		r = names_fetch(t->where.names);
	if (r == 0 && t->graph >= 0)
		r = put_graph(t, tables, n);
	for (uint32_t i = 0; r == 0 && i < n; i++)
		if (!text_keeps(w, table_agg(tables[i])))
			r = put_tables(t, &tables[i], 1, NULL);
	return r;
}

static int text_settings(struct writer *w, const struct settings *s)
{
	struct text_writer *t = text_of(w);
	bool flow = settings_get(s, OPT_flowindent);

	t->trace.quiet = settings_get(s, OPT_quiet);
	t->trace.rawbytes = settings_get(s, OPT_rawbytes);
	t->where.indent = (int)settings_get(s, OPT_stackindent);
	t->fold = settings_get(s, OPT_stackfold);
	t->agg.sort.bykey = settings_get(s, OPT_aggsortkey);
	t->agg.sort.reverse = settings_get(s, OPT_aggsortrev);
	t->agg.sort.pos = settings_get(s, OPT_aggsortpos);
	t->agg.sort.keypos = settings_get(s, OPT_aggsortkeypos);
	t->agg.histogram.zoom = settings_get(s, OPT_aggzoom);
	t->agg.histogram.utf8 = settings_get(s, OPT_encoding);
	t->agg.hist = settings_get(s, OPT_agghist);
	t->agg.pack = settings_get(s, OPT_aggpack);
	if (flow && !t->flow)
		return flow_new(&t->flow);
	if (!flow)
		t->flow = flow_free(t->flow);
	return 0;
}

static int text_flush(struct writer *w)
{
	return outbuf_flush(&text_of(w)->out);
}

static struct writer *text_free(struct writer *w)
{
	struct text_writer *t = text_of(w);

	for (size_t i = 0; t->progs && i < t->schema->nactions; i++)
		printf_prog_free(t->progs[i]);
	free(t->progs);
	flow_free(t->flow);
	outbuf_deinit(&t->out);
	free(t);
	return NULL;
}

static const struct writer_ops text_ops = {
	.begin = text_begin,
	.has_addresses = text_has_addresses,
	.want = text_want,
	.value = text_value,
	.printa = text_printa,
	.format = text_format,
	.settings = text_settings,
	.end = text_end,
	.interrupted = text_interrupted,
	.keeps = text_keeps,
	.finish = text_finish,
	.flush = text_flush,
	.free = text_free,
};

// ---- making one ------------------------------------------------------------

static int compile_action(struct text_writer *t, const struct action *a)
{
	const struct schema *s = t->schema;
	struct printf_prog **prog = &t->progs[a->index];
	const struct agg *agg;
	int r = 0;

	if (a->kind == ACT_PRINTF || a->kind == ACT_SYSTEM || a->kind == ACT_FREOPEN) {
		r = printf_compile(a->format, a->values, a->nvalues, 0, prog);
	} else if (a->kind == ACT_PRINTA && a->format) {
		agg = &s->aggs[a->aggs[0]];
		r = printf_compile(a->format, agg->keys, agg->nkeys, a->naggs, prog);
	}
	return r == -EINVAL ? -EBADMSG : r;
}

static int compile_formats(struct text_writer *t)
{
	const struct schema *s = t->schema;
	int r = 0;

	t->progs = calloc(s->nactions + 1, sizeof(struct printf_prog *));
	if (!t->progs)
		return -ENOMEM;
	for (size_t i = 0; i < s->nforms; i++)
		for (uint32_t k = 0; r == 0 && k < s->forms[i].nactions; k++)
			r = compile_action(t, &s->forms[i].actions[k]);
	return r;
}

int text_writer_new(const struct schema *s, const struct settings *settings, const struct text_places *places,
		    struct writer **writerp)
{
	__attribute__((cleanup(writer_freep))) struct writer *w = NULL;
	struct text_writer *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	w = &t->writer;
	t->writer.ops = &text_ops;
	t->schema = s;
	t->out = OUTBUF_INIT(places->fd);
	t->graph = places->graph;
	t->where = (struct location_style){
		.names = places->names, .target = places->target > 0 ? (uint32_t)places->target : 0,
	};
	t->agg.where = &t->where;
	r = text_settings(w, settings);
	if (r == 0)
		r = compile_formats(t);
	if (r < 0)
		return r;
	*writerp = w;
	w = NULL;	// moved
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A schema that is fine, and one broken in each way that the decoder must refuse.

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/schema.h"
#include "proto/dtraced.pb-c.h"
#include "tests/unit/suite.h"

// One of everything.
struct model {
	Dtraced__Schema schema;
	Dtraced__Clause clause, *clauses[1];
	Dtraced__Form form, *forms[1];
	Dtraced__Action action, printa, *actions[2];
	Dtraced__Value value, key, *values[1], *keys[1];
	Dtraced__Agg agg, *aggs[1];
	Dtraced__Site site, *sites[1];
	Dtraced__ProbeInfo probe[2], *probes[2];
	Dtraced__Setting setting, *settings[1];
	uint32_t numbers[2], agg_numbers[1];
	int64_t args[4];
};

static void model_init(struct model *m)
{
	*m = (struct model){
		.schema = DTRACED__SCHEMA__INIT, .clause = DTRACED__CLAUSE__INIT, .form = DTRACED__FORM__INIT,
		.action = DTRACED__ACTION__INIT, .printa = DTRACED__ACTION__INIT, .value = DTRACED__VALUE__INIT,
		.key = DTRACED__VALUE__INIT, .agg = DTRACED__AGG__INIT, .site = DTRACED__SITE__INIT,
		.probe = { DTRACED__PROBE_INFO__INIT, DTRACED__PROBE_INFO__INIT }, .setting = DTRACED__SETTING__INIT,
		.numbers = { 5, 9 }, .args = { 0, 100, 10, 0 },
	};
	m->value.offset = 32;
	m->value.size = 8;
	m->values[0] = &m->value;
	m->action.kind = DTRACED__ACTION_KIND__ACTION_PRINTF;
	m->action.format.data = (uint8_t *)"%d\n";
	m->action.format.len = 3;
	m->action.has_format = true;
	m->action.values = m->values;
	m->action.n_values = 1;
	m->printa.kind = DTRACED__ACTION_KIND__ACTION_PRINTA;
	m->printa.aggs = m->agg_numbers;
	m->printa.n_aggs = 1;
	m->actions[0] = &m->action;
	m->actions[1] = &m->printa;
	m->form.size = 40;
	m->form.actions = m->actions;
	m->form.n_actions = 2;
	m->forms[0] = &m->form;
	m->key.kind = DTRACED__VALUE_KIND__VALUE_STRING;
	m->key.size = 16;
	m->keys[0] = &m->key;
	m->agg.name = (char *)"num";
	m->agg.func = DTRACED__AGG_FUNC__AGG_FUNC_LQUANTIZE;
	m->agg.keys = m->keys;
	m->agg.n_keys = 1;
	m->agg.key_size = 16;
	m->agg.args = m->args;
	m->agg.n_args = 3;
	m->agg.nwords = 14;
	m->aggs[0] = &m->agg;
	m->clause.epid_base = 1;
	m->clause.probes = m->numbers;
	m->clause.n_probes = 2;
	m->clauses[0] = &m->clause;
	m->site.line = 3;
	m->sites[0] = &m->site;
	for (int i = 0; i < 2; i++) {
		m->probe[i].id = m->numbers[i];
		m->probe[i].func = (char *)(i ? "write" : "read");
		m->probes[i] = &m->probe[i];
	}
	m->setting.name = (char *)"quiet";
	m->settings[0] = &m->setting;
	m->schema.clauses = m->clauses;
	m->schema.forms = m->forms;
	m->schema.aggs = m->aggs;
	m->schema.sites = m->sites;
	m->schema.probes = m->probes;
	m->schema.options = m->settings;
	m->schema.n_clauses = m->schema.n_forms = m->schema.n_aggs = m->schema.n_sites = m->schema.n_options = 1;
	m->schema.n_probes = 2;
}

static int parse(const struct model *m, struct schema **s)
{
	size_t n = dtraced__schema__get_packed_size(&m->schema);
	uint8_t *data = malloc(n + 1);
	int r;

	dtraced__schema__pack(&m->schema, data);
	r = schema_parse(data, n, s);
	free(data);
	return r;
}

START_TEST(good)
{
	struct schema *s = NULL;
	struct model m;

	model_init(&m);
	ck_assert_int_eq(parse(&m, &s), 0);
	ck_assert_uint_eq(s->nforms, 1);
	ck_assert_uint_eq(s->nactions, 2);
	ck_assert_str_eq(s->forms[0].actions[0].format, "%d\n");
	ck_assert_uint_eq(s->forms[0].actions[0].values[0].offset, 32);
	ck_assert_ptr_null(s->forms[0].actions[1].format);
	ck_assert_str_eq(s->aggs[0].name, "num");
	ck_assert_str_eq(schema_probe(s, 9)->func, "write");
	ck_assert_ptr_null(schema_probe(s, 6));
	ck_assert_ptr_null(schema_probe(s, 10));
	ck_assert_ptr_null(s->options[0].value);
	schema_free(s);
}
END_TEST

// ---- one way to be wrong each ----------------------------------------------

#define BREAK(name, what) \
	static void name(struct model *m) { what; }

BREAK(value_before_data, m->value.offset = 24)
BREAK(value_beyond_record, m->value.offset = 36)
BREAK(value_far_out, m->value.offset = UINT32_MAX - 3)
BREAK(value_size_huge, m->value.size = UINT32_MAX)
BREAK(value_int_of_3, m->value.size = 3)
BREAK(value_empty_string, m->value.kind = DTRACED__VALUE_KIND__VALUE_STRING; m->value.size = 0)
BREAK(value_kind_unknown, m->value.kind = (Dtraced__ValueKind)99)
BREAK(value_kind_negative, m->value.kind = (Dtraced__ValueKind)-1)
BREAK(probe_value_of_8, m->value.kind = DTRACED__VALUE_KIND__VALUE_PROBEFUNC)
BREAK(key_beyond, m->key.offset = 8)
BREAK(key_probe_without_id, m->key.kind = DTRACED__VALUE_KIND__VALUE_PROBENAME; m->key.size = 0)
BREAK(key_size_odd, m->agg.key_size = 17)
BREAK(key_size_huge, m->agg.key_size = 1 << 30)
BREAK(form_clause, m->form.clause = 1)
BREAK(form_size_small, m->form.size = 24)
BREAK(form_size_odd, m->form.size = 44)
BREAK(form_size_huge, m->form.size = REC_MAX + 8)
BREAK(action_kind, m->action.kind = (Dtraced__ActionKind)77)
BREAK(printf_without_format, m->action.has_format = false)
BREAK(format_with_nul, m->action.format.data = (uint8_t *)"%\0d")
BREAK(trace_of_none, m->action.kind = DTRACED__ACTION_KIND__ACTION_TRACE; m->action.n_values = 0)
BREAK(exit_of_text, m->action.kind = DTRACED__ACTION_KIND__ACTION_EXIT;
      m->value.kind = DTRACED__VALUE_KIND__VALUE_STRING)
BREAK(printa_of_none, m->printa.n_aggs = 0)
BREAK(printa_beyond, m->agg_numbers[0] = 1)
BREAK(trunc_without_count, m->printa.kind = DTRACED__ACTION_KIND__ACTION_TRUNC; m->printa.has_arg = true)
BREAK(normalize_by_none, m->printa.kind = DTRACED__ACTION_KIND__ACTION_NORMALIZE)
BREAK(agg_func, m->agg.func = (Dtraced__AggFunc)9)
BREAK(agg_words, m->agg.nwords = 13)
BREAK(agg_words_many, m->agg.nwords = 27)
BREAK(agg_no_args, m->agg.n_args = 2)
BREAK(agg_step_zero, m->args[2] = 0)
BREAK(agg_base_above, m->args[0] = 101)
BREAK(agg_range_huge, m->args[1] = INT64_MAX)
BREAK(agg_llquantize_overflow, m->agg.func = DTRACED__AGG_FUNC__AGG_FUNC_LLQUANTIZE; m->agg.n_args = 4;
      m->args[0] = 10; m->args[1] = 0; m->args[2] = 40; m->args[3] = 10)
BREAK(count_of_many, m->agg.func = DTRACED__AGG_FUNC__AGG_FUNC_COUNT)
BREAK(site_clause, m->site.clause = 7)
BREAK(probes_unsorted, m->probe[1].id = 5)

static const struct { const char *name; void (*damage)(struct model *m); } hostile[] = {
#define ROW(name) { #name, name }
	ROW(value_before_data), ROW(value_beyond_record), ROW(value_far_out), ROW(value_size_huge),
	ROW(value_int_of_3), ROW(value_empty_string), ROW(value_kind_unknown), ROW(value_kind_negative),
	ROW(probe_value_of_8), ROW(key_beyond), ROW(key_probe_without_id), ROW(key_size_odd), ROW(key_size_huge),
	ROW(form_clause), ROW(form_size_small), ROW(form_size_odd), ROW(form_size_huge), ROW(action_kind),
	ROW(printf_without_format), ROW(format_with_nul), ROW(trace_of_none), ROW(exit_of_text),
	ROW(printa_of_none), ROW(printa_beyond), ROW(trunc_without_count), ROW(normalize_by_none), ROW(agg_func),
	ROW(agg_words), ROW(agg_words_many), ROW(agg_no_args), ROW(agg_step_zero), ROW(agg_base_above), ROW(agg_range_huge),
	ROW(agg_llquantize_overflow), ROW(count_of_many), ROW(site_clause), ROW(probes_unsorted),
};

START_TEST(refused)
{
	struct schema *s = NULL;
	struct model m;

	model_init(&m);
	hostile[_i].damage(&m);
	ck_assert_msg(parse(&m, &s) == -EBADMSG, "%s", hostile[_i].name);
	ck_assert_ptr_null(s);
}
END_TEST

START_TEST(not_a_message)
{
	struct schema *s = NULL;

	ck_assert_int_eq(schema_parse((const uint8_t *)"\xff\xff\xff\xff", 4, &s), -EBADMSG);
	ck_assert_int_eq(schema_parse((const uint8_t *)"", 0, &s), 0);
	schema_free(s);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("schema");

	tcase_add_test(tc, good);
	tcase_add_loop_test(tc, refused, 0, sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_test(tc, not_a_message);
	return suite_run("schema", tc);
}

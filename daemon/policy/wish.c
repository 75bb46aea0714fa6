// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a program wants, see wish.h.

#include "daemon/policy/wish.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/util.h"

// Helpers that change what they touch.
static const int32_t harmful_helpers[] = {
	BPF_FUNC_probe_write_user, BPF_FUNC_override_return, BPF_FUNC_send_signal, BPF_FUNC_send_signal_thread,
};

static const char *const harmful_functions[] = { "dt_chill", "dt_chill_long" };

static bool calls_harm(const Dtraced__Program *p)
{
	const uint8_t *at = p->insns.data;
	size_t n = p->insns.len / sizeof(struct bpf_insn);

	for (size_t i = 0; i < n; i++, at += sizeof(struct bpf_insn)) {
		struct bpf_insn insn;

		memcpy(&insn, at, sizeof insn);
		for (size_t k = 0; k < NELEMS(harmful_helpers); k++) {
			if (insn.code == (BPF_JMP | BPF_CALL) && !insn.src_reg && insn.imm == harmful_helpers[k])
				return true;
		}
	}
	return false;
}

static bool is_harmful(const Dtraced__Object *o)
{
	for (size_t i = 0; i < o->n_runtime; i++) {
		for (size_t k = 0; k < NELEMS(harmful_functions); k++) {
			if (strcmp(o->runtime[i], harmful_functions[k]) == 0)
				return true;
		}
	}
	for (size_t i = 0; i < o->n_programs; i++) {
		if (calls_harm(o->programs[i]))
			return true;
	}
	return false;
}

// Tracepoints have one program each; of the others there are many that differ in nothing
// that matters here.
static bool has_hook(const struct wish *w, const Dtraced__Program *p)
{
	for (uint32_t i = 0; p->hook != HOOK_TP_BTF && i < w->nhooks; i++) {
		if (w->hooks[i].kind == (enum hook_kind)p->hook && w->hooks[i].period == p->period)
			return true;
	}
	return false;
}

static int copy_hooks(struct wish *w, const Dtraced__Object *o)
{
	w->hooks = calloc(o->n_programs + 1, sizeof *w->hooks);
	if (!w->hooks)
		return -ENOMEM;
	for (size_t i = 0; i < o->n_programs; i++) {
		const Dtraced__Program *p = o->programs[i];
		struct wish_hook *h = &w->hooks[w->nhooks];

		if (has_hook(w, p))
			continue;
		*h = (struct wish_hook){ .kind = (enum hook_kind)p->hook, .period = p->period };
		if (h->kind == HOOK_TP_BTF && !(h->name = strdup(p->name)))
			return -ENOMEM;
		w->nhooks++;
	}
	return 0;
}

static void measure(struct wish *w, const Dtraced__Object *o)
{
	w->clauses = o->clauses;
	w->probes = o->probes;
	w->strsize = o->strsize;
	for (size_t i = 0; i < o->n_tables; i++) {
		const Dtraced__TableLayout *t = o->tables[i];

		if (t->key_size > w->agg_key_bytes)
			w->agg_key_bytes = t->key_size;
		w->agg_keys += t->key_size ? t->entries : 0;
	}
}

int wish_new(struct wish **wp, const Dtraced__Object *object, const ProtobufCBinaryData *schema)
{
	struct wish *w = calloc(1, sizeof *w);

	if (!w)
		return -ENOMEM;
	if (copy_hooks(w, object) < 0) {
		wish_free(w);
		return -ENOMEM;
	}
	w->schema = *schema;
	w->destroys = is_harmful(object);
	measure(w, object);
	*wp = w;
	return 0;
}

struct wish *wish_free(struct wish *w)
{
	if (!w)
		return NULL;
	for (uint32_t i = 0; i < w->nhooks; i++)
		free(w->hooks[i].name);
	free(w->hooks);
	free(w);
	return NULL;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Lists of probe descriptions, see patterns.h.

#include "daemon/policy/patterns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "providers/glob.h"

static void pattern_deinit(struct pattern *p)
{
	free(p->text);
	free(p->fields[0]);
	free(p->where);
}

static int split(struct pattern *p)
{
	char *at = p->fields[0];

	for (int i = 1; i < 4; i++) {
		at = strchr(at, ':');
		if (!at)
			return -EINVAL;
		*at++ = '\0';
		p->fields[i] = at;
	}
	return strchr(at, ':') ? -EINVAL : 0;
}

static const char *trouble_of(struct pattern *p)
{
	if (strlen(p->text) > PATTERN_MAX_TEXT)
		return "it is too long";
	if (split(p) < 0)
		return "a probe description of four fields is wanted, provider:module:function:name; those may be empty";
	for (int i = 0; i < 4; i++) {
		if (glob_too_many(p->fields[i]))
			return "there are too many stars in one field";
	}
	return NULL;
}

int patterns_add(struct patterns *p, const char *text, const char *where, const char **what)
{
	struct pattern *v;

	if (p->n == PATTERNS_MAX) {
		*what = "the list is too long";
		return -EINVAL;
	}
	v = realloc(p->v, (p->n + 1) * sizeof *v);
	if (!v)
		return -ENOMEM;
	p->v = v;
	v[p->n] = (struct pattern){ .text = strdup(text), .fields = { strdup(text) }, .where = strdup(where) };
	if (!v[p->n].text || !v[p->n].fields[0] || !v[p->n].where) {
		pattern_deinit(&v[p->n]);
		return -ENOMEM;
	}
	*what = trouble_of(&v[p->n]);
	if (*what) {
		pattern_deinit(&v[p->n]);
		return -EINVAL;
	}
	p->n++;
	return 0;
}

void patterns_deinit(struct patterns *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		pattern_deinit(&p->v[i]);
	free(p->v);
	*p = (struct patterns){ 0 };
}

const struct pattern *patterns_find(const struct patterns *p, const char *const fields[4])
{
	for (uint32_t i = 0; i < p->n; i++) {
		int k = 0;

		while (k < 4 && (!*p->v[i].fields[k] || glob_match(p->v[i].fields[k], fields[k])))
			k++;
		if (k == 4)
			return &p->v[i];
	}
	return NULL;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Listings, see list.h.

#include "client/format/list.h"

#include <string.h>

// A stability triplet: name, data, class; each a word of the tables below.
struct triplet {
	unsigned int part[3];
};

static const char *const stabilities[] = {
	"Internal", "Private", "Obsolete", "External", "Unstable", "Evolving", "Stable", "Standard", NULL
};
static const char *const classes[] = { "Unknown", "CPU", "Platform", "Group", "ISA", "Common", NULL };

static const char *const *const part_words[3] = { stabilities, stabilities, classes };
static const char *const part_titles[3] = { "Identifier Names: ", "Data Semantics:   ", "Dependency Class: " };

static const struct triplet unknown = { { 1, 1, 0 } };	// Private/Private/Unknown

static unsigned int find_word(const char *const *words, const char *s, size_t n, unsigned int otherwise)
{
	for (unsigned int i = 0; words[i]; i++)
		if (strlen(words[i]) == n && strncmp(words[i], s, n) == 0)
			return i;
	return otherwise;
}

// The triplet number at of "A/B/C D/E/F".
static struct triplet parse_triplet(const char *s, unsigned int at)
{
	struct triplet t = unknown;

	while (at-- && *s) {
		s += strcspn(s, " ,");
		s += strspn(s, " ,");
	}
	for (int i = 0; i < 3 && *s; i++) {
		size_t n = strcspn(s, "/ ,");

		t.part[i] = find_word(part_words[i], s, n, unknown.part[i]);
		s += n;
		if (*s != '/')
			break;
		s++;
	}
	return t;
}

static void put_triplet(struct outbuf *b, const char *title, const struct triplet *t)
{
	outbuf_printf(b, "\n\t%s\n", title);
	for (int i = 0; i < 3; i++)
		outbuf_printf(b, "\t\t%s%s\n", part_titles[i], part_words[i][t->part[i]]);
}

void list_header(struct outbuf *b)
{
	outbuf_printf(b, "%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION", "NAME");
}

void list_probe(struct outbuf *b, const struct probe *p)
{
	static const int widths[] = { 10, 17, 33, 0 };
	const char *const fields[] = { p->prov, p->mod, p->func, p->name };

	outbuf_printf(b, "%5u", p->id);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		outbuf_char(b, ' ');
		outbuf_foreign(b, fields[i], strlen(fields[i]), widths[i]);
	}
	outbuf_char(b, '\n');
}

void list_unavailable(struct outbuf *b, const struct probe *p, const char *why)
{
	if (*p->func)
		outbuf_printf(b, "%5s %10s %s:%s:%s: %s\n", "-", p->prov, p->mod, p->func, p->name, why);
	else
		outbuf_printf(b, "%5s %10s %s%s%s\n", "-", p->prov, p->name, *p->name ? ": " : "", why);
}

void list_details(struct outbuf *b, const struct probe *p, const char *note)
{
	struct triplet probe = parse_triplet(p->attributes, 0), args = parse_triplet(p->attributes, 1);

	if (*note)
		outbuf_printf(b, "\n\tApproximate: %s\n", note);
	put_triplet(b, "Probe Description Attributes", &probe);
	put_triplet(b, "Argument Attributes", &args);
	outbuf_str(b, "\n\tArgument Types\n");
	for (size_t i = 0; i < p->nargs; i++)
		outbuf_printf(b, "\t\targs[%zu]: %s\n", i, p->args[i]);
	if (!p->nargs)
		outbuf_str(b, "\t\tNone\n");
	outbuf_char(b, '\n');
}

static void take_least(struct triplet *least, const struct triplet *t)
{
	for (int i = 0; i < 3; i++)
		if (t->part[i] < least->part[i])
			least->part[i] = t->part[i];
}

static void take_clause(const struct schema *s, const struct clause *c, struct triplet *names, struct triplet *body)
{
	struct triplet t = parse_triplet(c->attributes, 0);

	take_least(body, &t);
	for (uint32_t k = 0; k < c->nprobes; k++) {
		const struct probe *p = schema_probe(s, c->probes[k]);

		t = parse_triplet(p ? p->attributes : "", 0);
		take_least(names, &t);
	}
}

void list_stability(struct outbuf *b, const struct schema *s, uint32_t program, const char *name)
{
	struct triplet names = { { 7, 7, 5 } }, body = names;
	bool any = false;

	for (size_t i = 0; i < s->nclauses; i++) {
		const struct clause *c = &s->clauses[i];

		if (c->program != program || !*c->attributes)
			continue;
		take_clause(s, c, &names, &body);
		any = true;
	}
	outbuf_printf(b, "\nStability attributes for %s:\n", name);
	put_triplet(b, "Minimum Probe Description Attributes", any ? &names : &unknown);
	put_triplet(b, "Minimum Statement Attributes", any ? &body : &unknown);
	outbuf_char(b, '\n');
}

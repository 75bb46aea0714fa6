// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Messages of faults and drops, see faults.h; two tables and little else.

#include "client/faults.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/output/buf.h"

// ---- faults ----------------------------------------------------------------

// By DTRACEFLT_ number; has_value where the record's value is an address.
static const struct fault {
	uint32_t number;
	const char *text;
	bool has_value;
} faults[] = {
	{ 0, "unknown fault", false },
	{ 1, "invalid address", true },
	{ 2, "invalid alignment", true },
	{ 3, "illegal operation", false },
	{ 4, "divide-by-zero", false },
	{ 5, "out of scratch space", false },
	{ 6, "invalid kernel access", true },
	{ 7, "invalid user access", true },
	{ 8, "tuple stack overflow", false },
	{ 9, "bad stack", false },
	{ 10, "invalid size", false },
	{ 11, "index out of bounds", false },
	{ 1000, "library-level fault", false },
};

// Where programs have their memory: what is below is an offset from NULL.
#define USER_MIN 0x10000ull
#define USER_MAX (1ull << 47)

static const struct fault *find_fault(uint32_t number)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].number == number)
			return &faults[i];
	return &faults[0];
}

// The epid: that of the clause's first probe plus the rank of this one; of one that came later only the former.
static uint32_t epid_of(const struct clause *c, uint32_t probe)
{
	uint32_t rank = 0;

	while (rank < c->nprobes && c->probes[rank] < probe)
		rank++;
	return c->epid_base + (rank < c->nprobes && c->probes[rank] == probe ? rank : 0);
}

static void put_probe(FILE *f, const struct probe *p)
{
	const char *const fields[] = { p ? p->prov : "", p ? p->mod : "", p ? p->func : "", p ? p->name : "" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		fputs(i ? ":" : "", f);
		foreign_print(f, fields[i]);
	}
}

void fault_print(FILE *f, const struct schema *s, const struct record *rec, const struct options *o)
{
	const struct probe *p = schema_probe(s, rec->probe);
	const struct fault *fault;
	const struct site *site;
	struct record_error err;

	if (record_error(s, rec, &err) < 0)
		return;
	site = &s->sites[err.site];
	fault = find_fault(err.fault);
	fprintf(f, "dtrace: error on enabled probe ID %u (ID %u: ", epid_of(&s->clauses[site->clause], rec->probe),
		rec->probe);
	put_probe(f, p);
	fprintf(f, "): %s", fault->text);
	if (fault->has_value)
		fprintf(f, " (0x%llx)", (unsigned long long)err.value);
	if (site->action)
		fprintf(f, " in action #%u", site->action);
	else
		fprintf(f, " in predicate");
	fprintf(f, " at line %u, column %u", site->line, site->column);
	if (o && o->ntexts > 1 && site->program < o->ntexts) {
		if (o->texts[site->program].kind == TEXT_FILE)
			fprintf(f, " of %s", o->texts[site->program].arg);
		else
			fprintf(f, " of program %u", site->program + 1);
	}
	fputc('\n', f);
}

bool fault_of_process(const struct schema *s, const struct record *rec)
{
	struct record_error err;

	return record_error(s, rec, &err) == 0 && find_fault(err.fault)->has_value && err.value >= USER_MIN &&
	       err.value < USER_MAX;
}

// ---- drops -----------------------------------------------------------------

// By enum drop of the compiler's segment, then what the kernel itself left out.
static const struct {
	const char *tag;
	bool per_cpu;
	const char *before, *plural, *after;
} kinds[] = {
	{ "PRINCIPAL", true, "drop", "s", "" },
	{ "AGGREGATION", true, "aggregation drop", "s", "" },
	{ "DYNAMIC", false, "dynamic variable drop", "s", "" },
	{ "SPEC", false, "speculative drop", "s", "" },
	{ "SPECBUSY", false, "failed speculation", "s", " (available buffer(s) still busy)" },
	{ "SPECUNAVAIL", false, "failed speculation", "s", " (no speculative buffer available)" },
	{ "DBLERROR", false, "error", "s", " in ERROR probe enabling" },
	{ "SCRATCH", true, "firing", "s", " lost for want of scratch space" },
	{ "COMPAT", false, "call", "s", " by programs of another ABI not traced" },
	{ "NESTED", false, "firing", "s", " left out by the kernel (the probe was already running on that CPU)" },
};

// Behind these, how user stacks turned out: nothing is lost.
enum { NLOSSES = sizeof(kinds) / sizeof(kinds[0]), CUT = NLOSSES, GUESSED, STACKS, NKINDS, MAX_CPUS = 65536 };

struct lost {
	uint64_t total, own, told;
};

struct drops {
	struct lost *lost;	// by CPU and kind
	uint32_t ncpus;
};

int drops_new(struct drops **dropsp)
{
	*dropsp = calloc(1, sizeof(**dropsp));
	return *dropsp ? 0 : -ENOMEM;
}

struct drops *drops_free(struct drops *d)
{
	if (d)
		free(d->lost);
	free(d);
	return NULL;
}

// Makes room for a CPU and finds its count; *lostp NULL: nobody knows the kind.
static int find_lost(struct drops *d, uint32_t kind, uint32_t cpu, struct lost **lostp)
{
	struct lost *grown;

	*lostp = NULL;
	if (kind >= NKINDS || cpu >= MAX_CPUS)
		return 0;
	if (cpu >= d->ncpus) {
		grown = reallocarray(d->lost, ((size_t)cpu + 1) * NKINDS, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		memset(grown + (size_t)d->ncpus * NKINDS, 0, (size_t)(cpu + 1 - d->ncpus) * NKINDS * sizeof(*grown));
		d->lost = grown;
		d->ncpus = cpu + 1;
	}
	*lostp = &d->lost[(size_t)cpu * NKINDS + kind];
	return 0;
}

int drops_add(struct drops *d, uint32_t kind, uint32_t cpu, uint64_t total)
{
	struct lost *l;
	int r = find_lost(d, kind, cpu, &l);

	if (l)
		l->total = total;
	return r;
}

int drops_count(struct drops *d, uint32_t kind, uint32_t cpu)
{
	struct lost *l;
	int r = find_lost(d, kind, cpu, &l);

	if (l)
		l->own++;
	return r;
}

bool drops_pending(const struct drops *d)
{
	for (size_t i = 0; i < (size_t)d->ncpus * NKINDS; i++)
		if (i % NKINDS < NLOSSES && d->lost[i].total + d->lost[i].own > d->lost[i].told)
			return true;
	return false;
}

static void print_one(FILE *f, uint32_t kind, int64_t cpu, uint64_t n, bool tags)
{
	fprintf(f, "dtrace: ");
	if (tags)
		fprintf(f, "[DTRACEDROP_%s] ", kinds[kind].tag);
	fprintf(f, "%llu %s%s%s", (unsigned long long)n, kinds[kind].before, n == 1 ? "" : kinds[kind].plural,
		kinds[kind].after);
	if (cpu >= 0)
		fprintf(f, " on CPU %lld", (long long)cpu);
	fputc('\n', f);
}

bool drops_is_loss(uint32_t kind)
{
	return kind < NLOSSES;
}

void drops_print_total(FILE *f, uint32_t kind, uint64_t n)
{
	if (kind < NLOSSES)
		fprintf(f, "%llu %s%s%s\n", (unsigned long long)n, kinds[kind].before, n == 1 ? "" : kinds[kind].plural,
			kinds[kind].after);
}

void drops_print(FILE *f, struct drops *d, bool tags)
{
	for (uint32_t kind = 0; kind < NLOSSES; kind++) {
		uint64_t sum = 0;

		for (uint32_t cpu = 0; cpu < d->ncpus; cpu++) {
			struct lost *l = &d->lost[(size_t)cpu * NKINDS + kind];
			uint64_t all = l->total + l->own, n = all > l->told ? all - l->told : 0;

			l->told = all;
			sum += n;
			if (n && kinds[kind].per_cpu)
				print_one(f, kind, cpu, n, tags);
		}
		if (sum && !kinds[kind].per_cpu)
			print_one(f, kind, -1, sum, tags);
	}
}

// ---- stacks ----------------------------------------------------------------

static unsigned long long sum_of(const struct drops *d, uint32_t kind)
{
	unsigned long long sum = 0;

	for (uint32_t cpu = 0; cpu < d->ncpus; cpu++)
		sum += d->lost[(size_t)cpu * NKINDS + kind].total;
	return sum;
}

void stacks_print(FILE *f, const struct drops *d, bool quiet)
{
	unsigned long long cut = sum_of(d, CUT), guessed = sum_of(d, GUESSED), all = sum_of(d, STACKS);

	if (!cut && (quiet || !guessed))
		return;
	fprintf(f, "dtrace: of %llu user stack%s", all, all == 1 ? "" : "s");
	if (cut)
		fprintf(f, " %llu %s cut short (\"...\")", cut, cut == 1 ? "was" : "were");
	if (guessed)
		fprintf(f, "%s %llu %s frames found by frame pointers only (\"?\")", cut ? "," : "", guessed,
			guessed == 1 ? "has" : "have");
	fputc('\n', f);
}

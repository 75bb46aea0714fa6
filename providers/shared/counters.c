// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Names of events, see counters.h: tables, and the driver's own list.

#include "providers/shared/counters.h"

#include <ctype.h>
#include <dirent.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/base/arena.h"

static const struct counter_event plain[] = {
	{ "page_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
	{ "page_faults_min", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN },
	{ "page_faults_maj", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ },
	{ "context_switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ "cpu_migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS },
	{ "alignment_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_ALIGNMENT_FAULTS },
	{ "emulation_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_EMULATION_FAULTS },
	{ "cpu_cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cache_references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES },
	{ "cache_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "branch_instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ "branch_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "bus_cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BUS_CYCLES },
	{ "stalled_cycles_frontend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND },
	{ "stalled_cycles_backend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_BACKEND },
	{ "ref_cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES },
};

enum { LOADS = 1, STORES = 2, PREFETCHES = 4 };

static const struct {
	const char *name;
	uint32_t id;
	int ops;
} caches[] = {
	{ "l1_dcache", PERF_COUNT_HW_CACHE_L1D, LOADS | STORES | PREFETCHES },
	{ "l1_icache", PERF_COUNT_HW_CACHE_L1I, LOADS | PREFETCHES },
	{ "llc", PERF_COUNT_HW_CACHE_LL, LOADS | STORES | PREFETCHES },
	{ "dtlb", PERF_COUNT_HW_CACHE_DTLB, LOADS | STORES | PREFETCHES },
	{ "itlb", PERF_COUNT_HW_CACHE_ITLB, LOADS },
	{ "branch", PERF_COUNT_HW_CACHE_BPU, LOADS },
	{ "node", PERF_COUNT_HW_CACHE_NODE, LOADS | STORES | PREFETCHES },
};

static const struct {
	int op;
	uint32_t id;
	const char *accesses, *misses;
} cache_ops[] = {
	{ LOADS, PERF_COUNT_HW_CACHE_OP_READ, "loads", "load_misses" },
	{ STORES, PERF_COUNT_HW_CACHE_OP_WRITE, "stores", "store_misses" },
	{ PREFETCHES, PERF_COUNT_HW_CACHE_OP_PREFETCH, "prefetches", "prefetch_misses" },
};

static const struct {
	const char *papi, *name;
} papi[] = {
	{ "PAPI_tot_cyc", "cpu_cycles" }, { "PAPI_tot_ins", "instructions" }, { "PAPI_ref_cyc", "ref_cycles" },
	{ "PAPI_br_ins", "branch_instructions" }, { "PAPI_br_msp", "branch_misses" },
	{ "PAPI_stl_icy", "stalled_cycles_frontend" }, { "PAPI_res_stl", "stalled_cycles_backend" },
	{ "PAPI_l1_dca", "l1_dcache_loads" }, { "PAPI_l1_dcm", "l1_dcache_load_misses" },
	{ "PAPI_l1_ldm", "l1_dcache_load_misses" }, { "PAPI_l1_stm", "l1_dcache_store_misses" },
	{ "PAPI_l1_ica", "l1_icache_loads" }, { "PAPI_l1_icm", "l1_icache_load_misses" },
	{ "PAPI_l3_tca", "cache_references" }, { "PAPI_l3_tcm", "cache_misses" }, { "PAPI_l3_ldm", "llc_load_misses" },
	{ "PAPI_tlb_dm", "dtlb_load_misses" }, { "PAPI_tlb_im", "itlb_load_misses" },
};

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static bool cache_event(size_t i, char buf[COUNTER_NAME_MAX], struct counter_event *e)
{
	for (size_t k = 0; k < LENGTH(caches); k++)
		for (size_t o = 0; o < LENGTH(cache_ops); o++)
			for (uint32_t miss = 0; miss < 2; miss++) {
				if (!(caches[k].ops & cache_ops[o].op) || i--)
					continue;
				snprintf(buf, COUNTER_NAME_MAX, "%s_%s", caches[k].name,
					miss ? cache_ops[o].misses : cache_ops[o].accesses);
				*e = (struct counter_event){ buf, PERF_TYPE_HW_CACHE,
					caches[k].id | cache_ops[o].id << 8 | miss << 16 };
				return true;
			}
	return false;
}

bool counter_event_at(size_t i, char buf[COUNTER_NAME_MAX], struct counter_event *e)
{
	if (i >= LENGTH(plain))
		return cache_event(i - LENGTH(plain), buf, e);
	*e = plain[i];
	return true;
}

const char *counter_papi_name(const char *name)
{
	for (size_t i = 0; i < LENGTH(papi); i++)
		if (strcmp(papi[i].papi, name) == 0)
			return papi[i].name;
	return NULL;
}

// ---- raw events ------------------------------------------------------------

// All of the text, 1 to 16 digits.
static bool hexadecimal(const char *text, size_t n, uint64_t *v)
{
	*v = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return false;
		*v = *v << 4 | (uint64_t)(isdigit((unsigned char)text[i]) ? text[i] - '0' :
			tolower((unsigned char)text[i]) - 'a' + 10);
	}
	return n >= 1 && n <= 16;
}

bool counter_raw(const char *name, uint64_t *config)
{
	return *name == 'r' && hexadecimal(name + 1, strlen(name + 1), config);
}

#ifdef __x86_64__
static const struct {
	const char *name;
	unsigned int shift, bits;
} attributes[] = { { "umask", 8, 8 }, { "edge", 18, 1 }, { "inv", 23, 1 }, { "cmask", 24, 8 } };
#else
static const struct {
	const char *name;
	unsigned int shift, bits;
} attributes[1];
#endif

bool counter_attribute(const char *text, size_t n, uint64_t *config)
{
	for (size_t i = 0; i < LENGTH(attributes) && attributes[i].name; i++) {
		size_t len = strlen(attributes[i].name);
		bool named = n > len && strncmp(text, attributes[i].name, len) == 0 && text[len] == '_';
		size_t skip = named ? len + 1 : 0;
		uint64_t v;

		if ((!named && i) || n < skip + 3 || strncmp(text + skip, "0x", 2) != 0)
			continue;
		if (!hexadecimal(text + skip + 2, n - skip - 2, &v) || v >> attributes[i].bits)
			return false;
		*config |= v << attributes[i].shift;
		return true;
	}
	return false;
}

// ---- the driver's list -----------------------------------------------------

static bool read_line(const char *dir, const char *kind, const char *name, char *line, size_t room)
{
	char path[512];
	FILE *f;
	bool ok;

	snprintf(path, sizeof path, "%s/%s/%s", dir, kind, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(line, (int)room, f);
	fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = 0;
	return ok;
}

// Spreads the bits of a value over the places of a format, "config:0-7,32-35".
static bool place(const char *format, uint64_t v, uint64_t *config)
{
	const char *p = format + strlen("config:");
	unsigned int first, last;
	int used;

	if (strncmp(format, "config:", strlen("config:")) != 0)
		return false;
	for (; *p; p += *p == ',') {
		if (sscanf(p, "%u%n", &first, &used) != 1)
			return false;
		p += used;
		last = first;
		if (*p == '-' && sscanf(p, "-%u%n", &last, &used) == 1)
			p += used;
		for (; first <= last && last < 64; first++, v >>= 1)
			*config |= (v & 1) << first;
	}
	return v == 0;
}

bool counter_sysfs_config(const char *dir, char *line, uint64_t *config)
{
	char *rest, format[256], *end;

	*config = 0;
	for (char *term = strtok_r(line, ",", &rest); term; term = strtok_r(NULL, ",", &rest)) {
		char *value = strchr(term, '=');
		uint64_t v;

		if (value)
			*value++ = 0;
		v = value ? strtoull(value, &end, 0) : 1;
		if ((value && (*end || end == value)) || !read_line(dir, "format", term, format, sizeof format) ||
		    !place(format, v, config))
			return false;
	}
	return true;
}

// Names of files beside the events, as in "mem-loads.scale", are no names of probes.
static bool fit_name(char *name)
{
	for (; *name; name++) {
		*name = (char)(*name == '-' ? '_' : tolower((unsigned char)*name));
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	}
	return true;
}

void counter_sysfs_each(struct arena *a, const char *dir, void (*fn)(void *arg, const struct counter_event *e), void *arg)
{
	char path[256], line[512];
	const struct dirent *d;
	DIR *events;

	snprintf(path, sizeof path, "%s/events", dir);
	events = opendir(path);
	while (events && (d = readdir(events))) {
		struct counter_event e = { NULL, PERF_TYPE_RAW, 0 };
		char *name = arena_printf(a, "%s", d->d_name);

		if (*name == '.' || strlen(name) >= COUNTER_NAME_MAX || !fit_name(name) ||
		    !read_line(dir, "events", d->d_name, line, sizeof line) || !counter_sysfs_config(dir, line, &e.config))
			continue;
		e.name = name;
		fn(arg, &e);
	}
	if (events)
		closedir(events);
}

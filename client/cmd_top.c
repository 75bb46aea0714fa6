// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace top: what sessions cost, as the kernel measures it meanwhile. The difference
// of two samples is a screen, or a table when it goes elsewhere.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/failure.h"
#include "client/sessions.h"

struct row {
	const Dtraced__SessionInfo *session;
	const char *hook;
	uint64_t runs, ns;	// since the sample before
};

struct sample {
	struct sessions sessions;
	uint64_t time;		// ns
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static int take_sample(struct link *l, struct sample *s)
{
	int r = sessions_ask(l, "", false, true, "failed to measure sessions", &s->sessions);

	s->time = now_ns();
	return r;
}

static const Dtraced__SessionInfo *find(const struct sample *s, uint64_t id)
{
	for (size_t i = 0; i < s->sessions.n; i++)
		if (s->sessions.list[i]->id == id)
			return s->sessions.list[i];
	return NULL;
}

// ---- rows ------------------------------------------------------------------

static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->ns > y->ns ? -1 : x->ns < y->ns;
}

// The rows of a session that was there before; their number.
static size_t fill_rows(struct row *rows, const Dtraced__SessionInfo *old, const Dtraced__SessionInfo *new)
{
	size_t n = 0;

	for (size_t i = 0; i < new->n_programs && i < old->n_programs; i++) {
		const Dtraced__ProgramCost *p = new->programs[i], *q = old->programs[i];

		if (p->runs > q->runs)
			rows[n++] = (struct row){ new, p->hook, p->runs - q->runs, p->ns - q->ns };
	}
	return n;
}

static void print_rows(const struct row *rows, size_t n, uint64_t elapsed)
{
	char user[64];

	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	printf("%-24s %-12s %6s %12s %8s  %s\n", "NAME", "USER", "CPU%", "RUNS/S", "NS/RUN", "PROBE");
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		printf("%-24s %-12s %6.2f %12.0f %8" PRIu64 "  %s\n", r->session->name,
		       session_user(r->session, user, sizeof(user)), 100.0 * (double)r->ns / (double)elapsed,
		       (double)r->runs * 1e9 / (double)elapsed, r->ns / r->runs, r->hook);
	}
}

static int print_difference(const struct sample *old, const struct sample *new)
{
	struct row *rows;
	size_t room = 1, n = 0;

	for (size_t i = 0; i < new->sessions.n; i++)
		room += new->sessions.list[i]->n_programs;
	rows = calloc(room, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < new->sessions.n; i++) {
		const Dtraced__SessionInfo *before = find(old, new->sessions.list[i]->id);

		if (before)
			n += fill_rows(rows + n, before, new->sessions.list[i]);
	}
	qsort(rows, n, sizeof(*rows), compare);
	print_rows(rows, n, new->time - old->time);
	free(rows);
	return fflush(stdout) ? -errno : 0;
}

// ---- the command -----------------------------------------------------------

static void sleep_for(double seconds)
{
	struct timespec ts = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	nanosleep(&ts, NULL);
}

// count 0: for ever.
static int run(struct link *l, double seconds, unsigned long count)
{
	struct sample old = { 0 }, new = { 0 };
	int r = take_sample(l, &old);

	for (unsigned long i = 0; r == 0 && (!count || i < count); i++) {
		sleep_for(seconds);
		r = take_sample(l, &new);
		if (r == 0)
			r = print_difference(&old, &new);
		sessions_deinit(&old.sessions);
		old = new;
		new = (struct sample){ 0 };
	}
	sessions_deinit(&old.sessions);
	sessions_deinit(&new.sessions);
	return r;
}

// false: not a number from min on.
static bool read_number(const char *text, double min, double *number)
{
	char *end;

	*number = strtod(text, &end);
	return *text && !*end && *number >= min && *number <= 1e6;
}

int cmd_top(int argc, char **argv)
{
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	double seconds = 1, count = 0;
	bool good = true;
	int c, r;

	while (good && (c = getopt(argc, argv, "d:n:")) != -1)
		good = c == 'd' ? read_number(optarg, 0.01, &seconds) : c == 'n' && read_number(optarg, 1, &count);
	if (!good || optind != argc) {
		fputs("Usage: dtrace top [-d seconds] [-n times]\n", stderr);
		return EXIT_USAGE;
	}
	r = link_open_service(&l);
	if (r < 0)
		error_print(r, "failed to initialize dtrace");
	if (r)
		return EXIT_FATAL;
	r = run(l, seconds, (unsigned long)count);
	return r < 0 ? cmd_fail(r, "failed to measure sessions") : r;
}

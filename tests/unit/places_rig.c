// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The rig of the tests of places, see places_rig.h.

#include "tests/unit/places_rig.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void rig_init(struct rig *g)
{
	signal(SIGPIPE, SIG_IGN);
	workdir_init(&g->dir);
	g->base = event_base_new();
	ck_assert_ptr_nonnull(g->base);
	ck_assert_int_eq(syms_new(&g->syms, g->base, NULL), 0);
}

void rig_deinit(struct rig *g)
{
	syms_free(g->syms);
	event_base_free(g->base);
	workdir_deinit(&g->dir);
}

void rig_start(const struct rig *g, struct running *r, const char *name, uid_t uid)
{
	int out[2], in[2];
	char path[256], c;

	snprintf(path, sizeof path, "%s/%s", g->dir.path, name);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	r->pid = fork();
	ck_assert_int_ge(r->pid, 0);
	if (r->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		if (uid && setresuid(uid, uid, uid))
			_exit(1);
		execl(path, path, NULL);
		_exit(1);
	}
	close(in[0]);
	close(out[1]);
	ck_assert_int_eq(read(out[0], &c, 1), 1);
	close(out[0]);
	r->in = in[1];
	snprintf(r->prov, sizeof r->prov, "pid%d", r->pid);
}

void running_stop(struct running *r)
{
	close(r->in);
	ck_assert_int_eq(waitpid(r->pid, NULL, 0), r->pid);
}

void found_take(void *arg, int error, struct places *places, const char *why)
{
	struct found *f = arg;

	f->calls++;
	f->error = error;
	f->places = places;
	if (places && !places->n) {
		f->error = -ENOENT;
		snprintf(f->why, sizeof f->why, "%s", places->why[0]);
		f->places = places_free(places);
	} else {
		snprintf(f->why, sizeof f->why, "%s", why ? why : "");
	}
	event_base_loopbreak(f->base);
}

void rig_find(const struct rig *g, struct found *f, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max)
{
	rig_find_again(g, f, wants, n, scope, max, NULL);
}

void rig_find_again(const struct rig *g, struct found *f, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max, const struct place_again *again)
{
	struct places_job *job;

	*f = (struct found){ .base = g->base };
	ck_assert_int_eq(places_find(g->syms, wants, n, scope, max, again, found_take, f, &job), 0);
	while (!f->calls)
		event_base_loop(g->base, EVLOOP_ONCE);
	ck_assert(!f->error == !!f->places);
}

const struct place *found_named(const struct found *f, const char *name)
{
	for (size_t i = 0; i < f->places->n; i++) {
		if (strcmp(f->places->v[i].name, name) == 0)
			return &f->places->v[i];
	}
	ck_abort_msg("no place %s", name);
}

void found_free(struct found *f)
{
	ck_assert_str_eq(f->why, "");
	ck_assert_int_eq(f->calls, 1);
	f->places = places_free(f->places);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The programs of a session, see programs.h.

#include "daemon/session/programs.h"

#include <stdlib.h>

#include "daemon/kernel/linker.h"
#include "daemon/kernel/load.h"
#include "daemon/kernel/quiesce.h"
#include "daemon/session/user_hooks.h"
#include "daemon/util.h"

static bool is_edge(const struct session_program *p)
{
	return p->hook.kind == HOOK_BEGIN || p->hook.kind == HOOK_END;
}

// Some of its places. It counts as attached from the first step on.
static int attach_places(struct programs *p, struct session_program *next, struct reason *why)
{
	uint32_t before = next->placed;
	int r = user_hooks_attach(next->hooks, &next->hook, next->serves, &next->placed, &next->attachment, next->fd,
		p->multi, why);

	if (r)
		return PROGRAMS_E_HOOKS;
	return next->placed > before;
}

static void on_linked(void *arg, int fd)
{
	struct programs *p = arg;
	struct attachment *a = &p->list[p->attached].attachment;
	int r = attachment_add(a, fd);

	p->linking = NULL;
	if (r < 0)
		p->link_error = r;
	else
		a->done += p->nlinking;
	p->go_on(p->go_on_arg);
}

// Of many functions those whose address is known come first. PROGRAMS_WAIT, 0 when all are attached, or a negative
// errno.
static int attach_functions(struct programs *p, struct session_program *next)
{
	const struct function_targets *t = &next->functions;
	struct attachment *a = &next->attachment;
	struct link_request q = { 0 };
	int r = p->link_error;

	p->link_error = 0;
	if (r < 0 || (a->nfds && a->done == t->n))
		return r;
	if (t->n)
		r = kfunctions_request(t, a->done < t->nknown, next->hook.kind == HOOK_KRETPROBE_MULTI, &q);
	if (r < 0)
		return r;
	p->nlinking = q.n;
	r = linker_start(p->linker, next->fd, &q, on_linked, p, &p->linking);
	return r < 0 ? r : PROGRAMS_WAIT;
}

static bool is_kprobe(enum hook_kind hook)
{
	return hook == HOOK_KPROBE || hook == HOOK_KRETPROBE;
}

int programs_attach_next(struct programs *p, struct reason *why)
{
	struct session_program *next = &p->list[p->attached];
	int r = 0;

	if (p->attached == p->n)
		return 0;
	if (hook_is_placed(next->hook.kind))
		r = attach_places(p, next, why);
	else if (is_kprobe(next->hook.kind))
		r = kfunctions_attach(&next->attachment, &next->hook, next->fd, &next->functions);
	else if (hook_is_on_function(next->hook.kind))
		r = attach_functions(p, next);
	else if (!is_edge(next))
		r = attachment_open(&next->attachment, &next->hook, next->fd);
	if (r)
		return r;
	return ++p->attached < p->n;
}

static void detach(const struct programs *p, struct session_program *sp)
{
	struct attachment *a = &sp->attachment;

	if (hook_is_placed(sp->hook.kind))
		quiesce_close(p->quiesce, a->fds, a->nfds);
	else if (hook_is_on_function(sp->hook.kind))
		linker_close(p->linker, a->fds, a->nfds);
	else
		attachment_close(a);
	*a = (struct attachment){ 0 };
	sp->placed = 0;
}

static void stop_waiting(struct programs *p)
{
	linking_cancel(p->linking);
	p->linking = NULL;
}

// The guard keeps quiet what is on functions, so that nobody waits until it is closed.
int programs_detach_last(struct programs *p)
{
	stop_waiting(p);
	// The one behind may be attached in part.
	if (p->attached < p->n)
		detach(p, &p->list[p->attached]);
	if (p->attached)
		detach(p, &p->list[--p->attached]);
	return p->attached > 0;
}

int programs_enable(const struct programs *p)
{
	for (uint32_t i = 0; i < p->n; i++) {
		int r = attachment_enable(&p->list[i].attachment);

		if (r < 0)
			return r;
	}
	return 0;
}

int programs_run(const struct programs *p, enum hook_kind hook, pid_t task)
{
	for (uint32_t i = 0; i < p->n; i++) {
		int r = p->list[i].hook.kind == hook ? attach_run_once(p->list[i].fd, task) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

bool programs_preempted(const struct programs *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (attach_is_preempted(p->list[i].hook.kind))
			return true;
	return false;
}

uint64_t programs_missed(const struct programs *p)
{
	uint64_t missed = 0;

	for (uint32_t i = 0; i < p->n; i++)
		missed += p->list[i].shared ? 0 : load_missed(p->list[i].fd);
	return missed;
}

// ---- abandoned programs ----------------------------------------------------

struct abandoned {
	struct work work;
	struct programs programs;
	struct charge charge;
};

static void close_last(struct programs *p)
{
	struct session_program *last = &p->list[--p->n];

	detach(p, last);
	close(last->fd);
	function_targets_deinit(&last->functions);
	free(last->name);
}

static bool close_next(void *arg)
{
	struct abandoned *a = arg;

	if (a->programs.n) {
		close_last(&a->programs);
		return true;
	}
	charge_release(&a->charge);
	free(a->programs.list);
	free(a);
	return false;
}

void programs_abandon(struct programs *p, struct charge *charge, struct work_queue *queue)
{
	struct abandoned *a = p->n ? calloc(1, sizeof *a) : NULL;

	stop_waiting(p);
	if (a) {
		a->programs = *p;
		a->charge = *charge;
		work_start(queue, &a->work, close_next, a);
	} else {
		while (p->n)
			close_last(p);
		free(p->list);
		charge_release(charge);
	}
	*p = (struct programs){ 0 };
	*charge = (struct charge){ 0 };
}

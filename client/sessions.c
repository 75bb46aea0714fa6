// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Sessions of the daemon, see sessions.h.

#include "client/sessions.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <time.h>

#include "client/failure.h"
#include "client/faults.h"

void sessions_deinit(struct sessions *s)
{
	for (size_t i = 0; i < s->nframes; i++)
		reply_freep(&s->frames[i]);
	free(s->frames);
	free(s->list);
	*s = (struct sessions){ 0 };
}

// Keeps a frame: 1 if more follow, or 0, or -ENOMEM.
static int take_frame(struct sessions *s, Dtraced__Reply **replyp)
{
	const Dtraced__SessionList *m = (*replyp)->sessions;
	Dtraced__Reply **frames = reallocarray(s->frames, s->nframes + 1, sizeof(*frames));
	Dtraced__SessionInfo **list;

	if (!frames)
		return -ENOMEM;
	s->frames = frames;
	list = reallocarray(s->list, s->n + m->n_sessions + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	s->list = list;
	for (size_t i = 0; i < m->n_sessions; i++)
		s->list[s->n++] = m->sessions[i];
	s->frames[s->nframes++] = *replyp;
	*replyp = NULL;	// moved
	return m->more;
}

static int compare(const void *a, const void *b)
{
	const Dtraced__SessionInfo *x = *(Dtraced__SessionInfo *const *)a, *y = *(Dtraced__SessionInfo *const *)b;

	return x->made < y->made ? -1 : x->made > y->made;
}

int sessions_ask(struct link *l, const char *name, bool details, bool cost, const char *what, struct sessions *s)
{
	Dtraced__Sessions body = DTRACED__SESSIONS__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r;

	body.session = (char *)name;
	body.details = details;
	body.cost = cost;
	req.body_case = DTRACED__REQUEST__BODY_SESSIONS;
	req.sessions = &body;
	r = link_call(l, &req, &reply);
	while (r == 0) {
		if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
			fprintf(stderr, "dtrace: %s: %s\n", what, reply->failure->text);
			return 1;
		}
		if (reply->body_case != DTRACED__REPLY__BODY_SESSIONS)
			return -EBADMSG;
		r = take_frame(s, &reply);
		if (r <= 0)
			break;
		r = link_more(l, &reply);
	}
	if (r == 0 && s->n)
		qsort(s->list, s->n, sizeof(*s->list), compare);
	return r;
}

// ---- what they are ---------------------------------------------------------

const char *session_state(const Dtraced__SessionInfo *s)
{
	static const char *const states[] = {
		[DTRACED__SESSION_STATE__SESSION_STATE_LOADED] = "loaded",
		[DTRACED__SESSION_STATE__SESSION_STATE_STARTING] = "starting",
		[DTRACED__SESSION_STATE__SESSION_STATE_RUNNING] = "running",
		[DTRACED__SESSION_STATE__SESSION_STATE_PAUSED] = "paused",
		[DTRACED__SESSION_STATE__SESSION_STATE_FROZEN] = "frozen",
		[DTRACED__SESSION_STATE__SESSION_STATE_STOPPING] = "stopping",
		[DTRACED__SESSION_STATE__SESSION_STATE_ENDED] = "ended",
	};

	if (s->state == DTRACED__SESSION_STATE__SESSION_STATE_STOPPING && !s->viewers)
		return "waiting";	// for a viewer to take the rest
	return (unsigned)s->state < sizeof(states) / sizeof(states[0]) ? states[s->state] : "?";
}

const char *session_user(const Dtraced__SessionInfo *s, char *text, size_t n)
{
	const struct passwd *pw = getpwuid(s->uid);

	if (pw)
		snprintf(text, n, "%s", pw->pw_name);
	else
		snprintf(text, n, "%u", s->uid);
	return text;
}

const char *session_since(const Dtraced__SessionInfo *s, char *text, size_t n)
{
	time_t t = (time_t)(s->made / 1000000000);
	struct tm tm;

	if (!localtime_r(&t, &tm) || !strftime(text, n, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, n, "?");
	return text;
}

uint64_t session_drops(const Dtraced__SessionInfo *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->n_drops; i++)
		n += drops_is_loss(s->drops[i]->kind) ? s->drops[i]->count : 0;
	return n;
}

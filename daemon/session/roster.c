// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The sessions of the server, see roster.h.

#include "daemon/session/roster.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "daemon/server.h"

// ---- the tick --------------------------------------------------------------

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;
	struct session *s, *next;
	bool more = false;

	(void)fd;
	(void)what;
	for (s = LIST_FIRST(&server->sessions); s; s = next) {
		next = LIST_NEXT(s, link);
		if (session_is_abandoned(s)) {
			session_free(s);
			continue;
		}
		session_tick(s);
		more |= s->state == SESSION_RUNNING || session_is_alone(s);
	}
	if (more)
		server_need_tick(server);
}

int roster_init(struct server *server)
{
	server->tick = evtimer_new(server->base, on_tick, server);
	return server->tick ? 0 : -ENOMEM;
}

void roster_deinit(struct server *server)
{
	while (!LIST_EMPTY(&server->sessions))
		session_free(LIST_FIRST(&server->sessions));
}

void roster_stop(struct server *server, const char *why)
{
	struct session *s, *next;

	for (s = LIST_FIRST(&server->sessions); s; s = next) {
		next = LIST_NEXT(s, link);
		session_stop(s, DTRACED__END_REASON__END_KILLED, why);
	}
}

// ---- finding ---------------------------------------------------------------

struct session *roster_by_id(const struct server *server, uint64_t id)
{
	struct session *s;

	LIST_FOREACH(s, &server->sessions, link) {
		if (s->id == id)
			return s;
	}
	return NULL;
}

bool roster_shows(const struct peer *peer, const struct session *s)
{
	struct reason why;

	return s->state != SESSION_LOADING &&
	       policy_check_session(peer, &s->owner, RIGHT_LIST_ANY, &why) == VERDICT_ALLOW;
}

static bool is_called(const struct session *s, const char *text)
{
	char id[17];

	snprintf(id, sizeof id, "%016llx", (unsigned long long)s->id);
	return !strcmp(text, s->name) || !strcmp(text, id);
}

static int tell_ambiguous(const char *text, const struct session *a, const struct session *b, struct reason *why)
{
	reason_set(why, "'%s' is a session of uid %u and one of uid %u: say which by its id, %016llx or %016llx", text,
		a->owner.uid, b->owner.uid, (unsigned long long)a->id, (unsigned long long)b->id);
	return -EEXIST;
}

int roster_find(const struct server *server, const struct peer *peer, enum right right, const char *text,
	struct session **sp, struct reason *why)
{
	struct session *s, *found = NULL;

	LIST_FOREACH(s, &server->sessions, link) {
		if (!is_called(s, text) || !roster_shows(peer, s))
			continue;
		if (policy_owns(peer, &s->owner)) {
			*sp = s;
			return 0;
		}
		if (found)
			return tell_ambiguous(text, found, s, why);
		found = s;
	}
	if (!found) {
		reason_set(why, "there is no session '%.64s'; 'dtrace list' shows those there are", text);
		return -ENOENT;
	}
	if (policy_check_session(peer, &found->owner, right, why) != VERDICT_ALLOW)
		return -EACCES;
	*sp = found;
	return 0;
}

// ---- names -----------------------------------------------------------------

static bool is_taken(const struct server *server, const struct peer *owner, const char *name)
{
	struct session *s;

	LIST_FOREACH(s, &server->sessions, link) {
		if (policy_owns(owner, &s->owner) && !strcmp(s->name, name))
			return true;
	}
	return false;
}

static bool is_name(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t n = strlen(text);
	bool is_id = n == 16 && strspn(text, "0123456789abcdef") == n;

	return n < SESSION_NAME && strspn(text, first) && !is_id &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@-") == n;
}

int roster_name(const struct server *server, const struct peer *owner, const char *asked, char name[SESSION_NAME],
	struct reason *why)
{
	if (!*asked) {
		snprintf(name, SESSION_NAME, "dtrace-%d", owner->pid);
		for (unsigned i = 2; is_taken(server, owner, name); i++)
			snprintf(name, SESSION_NAME, "dtrace-%d.%u", owner->pid, i);
		return 0;
	}
	if (!is_name(asked)) {
		reason_set(why, "a session cannot be called '%.80s': names have up to %d letters, digits and '_.:@-', begin "
			"with a letter, a digit or '_', and do not look like an id", asked, SESSION_NAME - 1);
		return -EINVAL;
	}
	if (is_taken(server, owner, asked)) {
		reason_set(why, "there is a session '%s' already: 'dtrace attach %s' shows it, 'dtrace kill %s' ends it",
			asked, asked, asked);
		return -EEXIST;
	}
	snprintf(name, SESSION_NAME, "%s", asked);
	return 0;
}

// ---- freezing --------------------------------------------------------------

bool roster_freezes(const struct server *server, const struct peer *owner)
{
	struct reason why;

	return server->frozen && policy_check(owner, RIGHT_FREEZE, &why) != VERDICT_ALLOW;
}

void roster_freeze(struct server *server, bool frozen)
{
	struct session *s;

	server->frozen = frozen;
	LIST_FOREACH(s, &server->sessions, link) {
		if (s->state == SESSION_RUNNING)
			session_apply(s);
	}
}

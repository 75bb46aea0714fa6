// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The audit, see audit.h. A record of the journal is a datagram of lines NAME=value;
// values have no line ends here, since what is not printable is escaped.

#include "daemon/policy/audit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/log.h"
#include "daemon/policy/policy.h"

enum { PROGRAM_MAX = 4096, RECORD_MAX = 6 * PROGRAM_MAX + 8192 };

// Priorities are those of syslog(3).
static const struct {
	const char *name, *id;
	int priority;
} events[AUDIT_N] = {
	[AUDIT_CONNECT] = { "connect", "d98768c7930745b393399fabdf8cf9ec", 6 },
	[AUDIT_DENY] = { "deny", "c98f52adc1e349cca23fcc32f25ce0df", 4 },
	[AUDIT_START] = { "start", "2c527fab3b54475bb9359d78881d2626", 5 },
	[AUDIT_STOP] = { "stop", "4fcfc663ecdb4ee88536b238d2135471", 6 },
	[AUDIT_KILL] = { "kill", "e8922cd2f9834844a275cd913475acb2", 5 },
	[AUDIT_ADMIN] = { "admin", "febd113acf7a4f809d0e0bccc0423a31", 5 },
	[AUDIT_RELOAD] = { "reload", "d2b5400d2e174f2496b765f5d210f46d", 5 },
};

// ---- the journal -----------------------------------------------------------

void audit_open(struct audit *a, const char *path, bool to_log)
{
	*a = (struct audit){ .to_log = to_log, .path = { .sun_family = AF_UNIX }, .journal = -1 };
	snprintf(a->path.sun_path, sizeof a->path.sun_path, "%s", path);
	if (access(path, F_OK) == 0)
		a->journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void audit_close(struct audit *a)
{
	a->journal = close_fd(a->journal);
}

// ---- records ---------------------------------------------------------------

struct record {
	char text[RECORD_MAX];
	size_t len;
};

// A field that does not fit is left out.
static void PRINTF_LIKE(2, 3) put(struct record *r, const char *format, ...)
{
	size_t room = sizeof r->text - r->len;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(r->text + r->len, room, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n + 1 >= room)
		return;
	for (size_t i = r->len; i < r->len + (size_t)n; i++) {
		if ((unsigned char)r->text[i] < ' ' || r->text[i] == 127)
			r->text[i] = '?';
	}
	r->len += (size_t)n;
	r->text[r->len++] = '\n';
}

static void put_text(struct record *r, const char *name, const char *text)
{
	if (text && *text)
		put(r, "%s=%s", name, text);
}

// What cannot be printed as \n, \t or \xNN.
static void put_program(struct record *r, const char *program, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char escaped[4 * PROGRAM_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < len && i < PROGRAM_MAX; i++) {
		unsigned char c = (unsigned char)program[i];

		if (c == '\n' || c == '\t' || c == '\\') {
			escaped[n++] = '\\';
			escaped[n++] = c == '\n' ? 'n' : c == '\t' ? 't' : '\\';
		} else if (c < ' ' || c == 127) {
			escaped[n++] = '\\';
			escaped[n++] = 'x';
			escaped[n++] = digits[c >> 4];
			escaped[n++] = digits[c & 15];
		} else {
			escaped[n++] = (char)c;
		}
	}
	escaped[n] = '\0';
	put_text(r, "DTRACE_PROGRAM", escaped);
}

static void put_peer(struct record *r, const struct peer *p)
{
	put(r, "DTRACE_UID=%u", p->uid);
	put(r, "DTRACE_GID=%u", p->gid);
	put(r, "DTRACE_PID=%d", p->pid);
	if (p->has_loginuid)
		put(r, "DTRACE_LOGINUID=%u", p->loginuid);
	put_text(r, "DTRACE_COMM", p->comm);
	put_text(r, "DTRACE_EXE", p->exe);
	put_text(r, "DTRACE_CGROUP", p->cgroup);
	put_text(r, "DTRACE_UNIT", p->unit);
	if (p->role) {
		put_text(r, "DTRACE_ROLE", p->role->name);
		put_text(r, "DTRACE_RULE", p->binding->where);
	}
}

static void put_session(struct record *r, const struct audit_entry *e)
{
	if (e->session)
		put(r, "DTRACE_SESSION=%016" PRIx64, e->session);
	put_text(r, "DTRACE_NAME", e->name);
	if (e->subject)
		put(r, "DTRACE_SUBJECT_UID=%u", e->subject->uid);
	put_text(r, "DTRACE_CLASS", e->class);
	if (e->probes)
		put(r, "DTRACE_PROBE_COUNT=%u", e->probes);
	if (e->program)
		put_program(r, e->program, e->program_len);
	if (!e->ended)
		return;
	put(r, "DTRACE_DURATION_US=%" PRIu64, e->duration_us);
	put(r, "DTRACE_DROPS=%" PRIu64, e->drops);
}

// For people.
static struct reason sentence(const struct audit_entry *e)
{
	struct reason text;
	int n = 0;

	reason_set(&text, "%s", events[e->event].name);
	n = (int)strlen(text.text);
	if (e->peer)
		n += snprintf(text.text + n, sizeof text.text - (size_t)n, ": uid %u, pid %d%s%s", e->peer->uid, e->peer->pid,
			e->peer->comm ? ", " : "", e->peer->comm ? e->peer->comm : "");
	if (e->name && n < (int)sizeof text.text)
		n += snprintf(text.text + n, sizeof text.text - (size_t)n, ", session '%s'", e->name);
	if (e->reason && *e->reason && n < (int)sizeof text.text)
		snprintf(text.text + n, sizeof text.text - (size_t)n, ": %s", e->reason);
	return text;
}

// How many of the user's were left out before this one; -1: so is this one.
static int64_t take_from(struct audit_bound *b, uint32_t max)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC) / 1000000000;
	int64_t left_out;

	if (!b->used || now - b->since >= AUDIT_SECONDS) {
		left_out = b->left_out;
		*b = (struct audit_bound){ .used = true, .since = now, .n = 1 };
		return left_out;
	}
	if (b->n++ < max)
		return 0;
	b->left_out++;
	return -1;
}

// Who shares the place of another shares the bound.
static int64_t count_bounded(struct audit *a, const struct audit_entry *e)
{
	if (e->event == AUDIT_DENY && e->peer)
		return take_from(&a->denials[e->peer->uid % AUDIT_USERS], AUDIT_DENIALS);
	if (e->event == AUDIT_CONNECT && e->peer)
		return take_from(&a->connects[e->peer->uid % AUDIT_USERS], AUDIT_CONNECTS);
	return 0;
}

static int send_record(struct audit *a, const struct record *r)
{
	// By its path each time: another journal may have taken the place of the first.
	if (sendto(a->journal, r->text, r->len, MSG_NOSIGNAL, (struct sockaddr *)&a->path, sizeof a->path) ==
		(ssize_t)r->len) {
		a->lost = 0;
		return 0;
	}
	a->lost++;
	return -errno;
}

int audit(struct audit *a, const struct audit_entry *e)
{
	int64_t left_out = count_bounded(a, e);
	struct reason text = sentence(e);
	struct record r = { .len = 0 };

	if (left_out < 0)
		return 0;
	if (a->journal < 0) {
		if (a->to_log)
			log_line(events[e->event].priority <= 4 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "%s", text.text);
		return 0;
	}
	put(&r, "MESSAGE=%s", text.text);
	put(&r, "MESSAGE_ID=%s", events[e->event].id);
	put(&r, "PRIORITY=%d", events[e->event].priority);
	put(&r, "SYSLOG_IDENTIFIER=dtraced");
	put(&r, "DTRACE_EVENT=%s", events[e->event].name);
	if (e->peer)
		put_peer(&r, e->peer);
	put_session(&r, e);
	put_text(&r, "DTRACE_REASON", e->reason);
	if (left_out)
		put(&r, "DTRACE_LEFT_OUT=%" PRId64, left_out);
	if (a->lost)
		put(&r, "DTRACE_LOST=%" PRIu64, a->lost);
	return send_record(a, &r);
}

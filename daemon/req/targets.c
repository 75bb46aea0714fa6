// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/req/targets.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/conn.h"
#include "daemon/sym/process.h"
#include "daemon/util.h"
#include "proto/limits.h"

static int read_namespace(int dir, struct stat *st)
{
	return dir < 0 ? dir : fstatat(dir, "ns/pid", st, 0);
}

static int namespace_of(pid_t pid, struct stat *st)
{
	CLEANUP(closep) int dir = process_open(pid);

	return read_namespace(dir, st);
}

static bool are_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool targets_are_elsewhere(const struct peer *peer)
{
	struct stat ours, theirs;

	return namespace_of(getpid(), &ours) == 0 && namespace_of(peer->pid, &theirs) == 0 && !are_same(&ours, &theirs);
}

// Notes the number that a process has here for all targets that mean it.
static void note(pid_t pid, const struct stat *where, Dtraced__Target *const *targets, size_t n, pid_t *here)
{
	CLEANUP(closep) int dir = process_open(pid);
	struct process_facts facts;
	struct stat st;

	if (read_namespace(dir, &st) != 0 || !are_same(&st, where) || process_read_facts(dir, &facts) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (facts.inner == targets[i]->pid && process_began(&facts, targets[i]->start))
			here[i] = pid;
	}
}

// The numbers that they have here, in one look at all processes; 0: there is none.
static void find(const struct stat *where, Dtraced__Target *const *targets, size_t n, pid_t *here)
{
	CLEANUP(closedirp) DIR *proc = opendir("/proc");
	struct dirent *d;

	memset(here, 0, n * sizeof *here);
	while (proc && (d = readdir(proc))) {
		if (isdigit((unsigned char)d->d_name[0]))
			note(atoi(d->d_name), where, targets, n, here);
	}
}

static void set_macro(Dtraced__Macro *const *macros, size_t n, const char *name, int64_t from, int64_t to)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(macros[i]->name, name) == 0 && (from < 0 || macros[i]->value == from)) {
			macros[i]->value = to;
			return;
		}
	}
}

bool targets_translate(struct conn *c, uint32_t tag, Dtraced__Target *const *targets, size_t n, Dtraced__Macro *const *macros,
	size_t nmacros)
{
	pid_t here[PROTO_TARGETS];
	struct stat where;

	if (n > PROTO_TARGETS) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT, "too many processes: %zu, the maximum is %d", n,
			(int)PROTO_TARGETS);
		return false;
	}
	if (!targets_are_elsewhere(&c->peer))
		return true;
	set_macro(macros, nmacros, "pid", -1, c->peer.pid);
	if (n && namespace_of(c->peer.pid, &where) != 0)
		memset(&where, 0, sizeof where);
	if (n)
		find(&where, targets, n, here);
	for (size_t i = 0; i < n; i++) {
		if (!here[i]) {
			conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "there is no process %d in the pid namespace of "
				"the client", targets[i]->pid);
			return false;
		}
		if (i == 0)
			set_macro(macros, nmacros, "target", targets[i]->pid, here[i]);
		targets[i]->pid = here[i];
	}
	return true;
}

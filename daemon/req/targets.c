// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/req/targets.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/conn.h"
#include "daemon/sym/process.h"
#include "daemon/util.h"

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

static bool is_meant(pid_t pid, const struct stat *where, const Dtraced__Target *t)
{
	CLEANUP(closep) int dir = process_open(pid);
	struct process_facts facts;
	struct stat st;

	return read_namespace(dir, &st) == 0 && are_same(&st, where) && process_read_facts(dir, &facts) == 0 &&
		facts.inner == t->pid && process_began(&facts, t->start);
}

// The number that it has here; 0: there is none.
static pid_t find(const struct stat *where, const Dtraced__Target *t)
{
	CLEANUP(closedirp) DIR *proc = opendir("/proc");
	struct dirent *d;

	while (proc && (d = readdir(proc))) {
		if (isdigit((unsigned char)d->d_name[0]) && is_meant(atoi(d->d_name), where, t))
			return atoi(d->d_name);
	}
	return 0;
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
	struct stat where;

	if (!targets_are_elsewhere(&c->peer))
		return true;
	set_macro(macros, nmacros, "pid", -1, c->peer.pid);
	if (n && namespace_of(c->peer.pid, &where) != 0)
		memset(&where, 0, sizeof where);
	for (size_t i = 0; i < n; i++) {
		pid_t pid = find(&where, targets[i]);

		if (!pid) {
			conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "there is no process %d in the pid namespace of "
				"the client", targets[i]->pid);
			return false;
		}
		if (i == 0)
			set_macro(macros, nmacros, "target", targets[i]->pid, pid);
		targets[i]->pid = pid;
	}
	return true;
}

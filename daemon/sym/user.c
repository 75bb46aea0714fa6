// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See user.h. From addresses to groups: sorted by file, by file system, by offset.

#include "daemon/sym/user.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "daemon/sym/image.h"
#include "daemon/sym/objects.h"
#include "daemon/sym/process.h"
#include "daemon/sym/procs.h"
#include "daemon/sym/user_job.h"
#include "daemon/util.h"

#define VSYSCALL UINT64_C(0xffffffffff600000)

// ---- the vDSO --------------------------------------------------------------

struct range {
	uint64_t inside, start, end;
};

static int find_range(void *arg, const struct process_mapping *m)
{
	struct range *r = arg;

	if (m->start > r->inside || r->inside >= m->end)
		return 0;
	r->start = m->start;
	r->end = m->end;
	return 1;
}

static void copy_vdso(struct user *u)
{
	struct range r = { .inside = getauxval(AT_SYSINFO_EHDR) };
	CLEANUP(closep) int self = process_open(getpid());
	int fd;

	u->vdso = -1;
	if (!r.inside || self < 0 || process_read_maps(self, find_range, &r) != 1)
		return;
	fd = memfd_create("vdso", MFD_CLOEXEC);
	u->vdso_size = (size_t)(r.end - r.start);
	if (fd >= 0 && write(fd, (const void *)(uintptr_t)r.start, u->vdso_size) == (ssize_t)u->vdso_size)
		u->vdso = fd;
	else
		close_fd(fd);
}

// ---- addresses -------------------------------------------------------------

// An address on its way to a group.
struct found {
	struct mapped_file *file;
	struct proc *proc;
	const void *in;			// the file, or NULL for a perf map, which is by process
	uint64_t view, start, end;
	struct item item;
};

static struct target *target_of(struct user_job *j, sym_process process, const struct policy_scope *scope)
{
	struct target *t;

	for (size_t i = j->ntargets; i; i--) {
		if (j->targets[i - 1].process == process)
			return &j->targets[i - 1];
	}
	t = &j->targets[j->ntargets++];
	*t = (struct target){ .process = process, .proc = procs_find(j->user->procs, process) };
	if (t->proc && !policy_in_scope(scope, t->proc->owned, t->proc->owner))
		t->proc = proc_unref(t->proc);
	return t;
}

// The kernel's old way of making a few calls fast: at fixed addresses, a page of stubs.
static void name_vsyscall(struct sym_answer *a)
{
	static const char *const names[] = { "gettimeofday", "time", "getcpu" };
	uint64_t at = a->offset - VSYSCALL;

	a->module = "[vsyscall]";
	a->offset = at & 1023;
	a->symbol = at >> 10 < NELEMS(names) ? names[at >> 10] : "";
}

static bool find_one(struct user_job *j, const struct sym_query *q, const struct policy_scope *scope,
	struct found *f)
{
	struct target *t = target_of(j, q->process, scope);
	const struct mapping *m = t->proc ? proc_mapping(t->proc, q->address) : NULL;
	bool jit;

	if (!m)
		return false;
	jit = mapped_file_is_jit(m->file);
	if (!jit && !m->file->inode && strcmp(m->file->path, "[vdso]") != 0)
		return false;
	*f = (struct found){ mapped_file_ref(m->file), t->proc, jit ? NULL : m->file,
		jit ? (uintptr_t)t->proc : t->proc->view, m->start, m->end, { 0, jit ? q->address : q->address - m->start + m->offset } };
	return true;
}

static int compare(const void *pa, const void *pb)
{
	const struct found *a = pa, *b = pb;

	if (a->in != b->in)
		return (uintptr_t)a->in < (uintptr_t)b->in ? -1 : 1;
	if (a->view != b->view)
		return a->view < b->view ? -1 : 1;
	return a->item.at < b->item.at ? -1 : a->item.at > b->item.at;
}

static char *module_of(const struct found *f)
{
	char perf_map[32];
	const char *name = perf_map;
	size_t n = (size_t)snprintf(perf_map, sizeof perf_map, "perf-%d.map", (int)f->proc->inner);

	if (f->in)
		name = mapped_file_name(f->file, &n);
	return strndup(name, n);
}

static int make_group(struct user_job *j, const struct found *f, size_t n)
{
	struct group *g = &j->groups[j->ngroups++];

	*g = (struct group){ .file = mapped_file_ref(f->file), .proc = f->proc, .start = f->start,
		.end = f->end, .perf_map = !f->in, .module = module_of(f), .dir = -1, .fd = -1,
		.debug = -1, .first = j->nitems, .n = n };
	if (!g->module)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct sym_answer *a = &j->answers[f[i].item.query];

		*a = (struct sym_answer){ f->in ? g->module : "", "", f[i].item.at };
		j->items[j->nitems++] = f[i].item;
	}
	return 0;
}

static int make_groups(struct user_job *j, struct found *f, size_t n)
{
	int r = 0;

	if (n)
		qsort(f, n, sizeof *f, compare);
	for (size_t i = 0, k; r == 0 && i < n; i = k) {
		for (k = i + 1; k < n && f[i].in == f[k].in && f[i].view == f[k].view; k++)
			;
		r = make_group(j, &f[i], k - i);
	}
	for (size_t i = 0; i < n; i++)
		mapped_file_unref(f[i].file);
	return r;
}

static int find_all(struct user_job *j, const struct sym_query *queries, size_t n,
	const struct policy_scope *scope)
{
	CLEANUP(freep) struct found *f = calloc(n + 1, sizeof *f);
	size_t nfound = 0;

	if (!f)
		return -ENOMEM;
	procs_update(j->user->procs);
	for (size_t i = 0; i < n; i++) {
		if (queries[i].space != SYM_USER)
			continue;
		j->answers[i] = (struct sym_answer){ "", "", queries[i].address };
		if (queries[i].address >= VSYSCALL && queries[i].address < VSYSCALL + 4096)
			name_vsyscall(&j->answers[i]);
		else if (find_one(j, &queries[i], scope, &f[nfound]))
			f[nfound++].item.query = (uint32_t)i;
	}
	return make_groups(j, f, nfound);
}

// ---- jobs ------------------------------------------------------------------

static bool allocate(struct user_job *j, size_t n)
{
	n++;
	j->targets = calloc(n, sizeof *j->targets);
	j->groups = calloc(n, sizeof *j->groups);
	j->items = calloc(n, sizeof *j->items);
	j->files = calloc(n, sizeof *j->files);
	j->file_list = calloc(n, sizeof *j->file_list);
	j->asks = calloc(n, sizeof *j->asks);
	j->ask_list = calloc(n, sizeof *j->ask_list);
	j->at = calloc(n, sizeof *j->at);
	j->names = calloc(n, sizeof *j->names);
	return j->targets && j->groups && j->items && j->files && j->file_list && j->asks &&
		j->ask_list && j->at && j->names;
}

int user_job_new(struct user_job **jp, struct user *u, const struct sym_query *queries, size_t n,
	const struct policy_scope *scope, bool demangle, struct sym_answer *answers)
{
	struct user_job *j = calloc(1, sizeof *j);
	int r;

	if (!j)
		return -ENOMEM;
	j->user = u;
	j->answers = answers;
	j->demangle = demangle;
	if (!u->jobs++)
		symfiles_trim(&u->symfiles);
	r = allocate(j, n) ? find_all(j, queries, n, scope) : -ENOMEM;
	if (r < 0)
		user_job_free(j);
	else
		*jp = j;
	return r;
}

struct user_job *user_job_free(struct user_job *j)
{
	if (!j)
		return NULL;
	for (size_t i = 0; i < j->ngroups; i++) {
		group_close(&j->groups[i]);
		mapped_file_unref(j->groups[i].file);
		free(j->groups[i].module);
	}
	for (size_t i = 0; i < j->ntargets; i++)
		proc_unref(j->targets[i].proc);
	for (size_t i = 0; i < j->nnames; i++)
		free(j->names[i]);
	free(j->targets);
	free(j->groups);
	free(j->items);
	free(j->files);
	free(j->file_list);
	free(j->asks);
	free(j->ask_list);
	free(j->at);
	free(j->names);
	j->user->jobs--;
	free(j);
	return NULL;
}

// ---- life ------------------------------------------------------------------

int user_new(struct user **up, struct event_base *base, struct sideband *sideband)
{
	struct user *u = calloc(1, sizeof *u);
	int r;

	if (!u)
		return -ENOMEM;
	u->memory = OBJECTS_BYTES;
	r = procs_new(&u->procs, base, sideband);
	if (r < 0) {
		free(u);
		return r;
	}
	copy_vdso(u);
	*up = u;
	return 0;
}

struct user *user_free(struct user *u)
{
	if (!u)
		return NULL;
	procs_free(u->procs);
	symfiles_deinit(&u->symfiles);
	close_fd(u->vdso);
	free(u);
	return NULL;
}

struct procs *user_procs(struct user *u)
{
	return u->procs;
}

void user_set_memory(struct user *u, size_t bytes)
{
	u->memory = bytes;
}

void user_unload(struct user *u)
{
	symfiles_unload(&u->symfiles);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The symbol worker, see worker.h. It keeps what it has read from one request to
// the next.

#include "daemon/sym/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "daemon/compile/jail.h"
#include "daemon/log.h"
#include "daemon/sym/channel.h"
#include "daemon/sym/elf.h"
#include "daemon/sym/kernel.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/table_wire.h"
#include "daemon/sym/unwind_build.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"
#include "proto/frame.h"
#include "proto/limits.h"

enum { SOCKET_FD = 3 };

#define SYM_WORKER_MEMORY (UINT64_C(512) << 20)

struct worker {
	struct kernel_symbols *kernel;	// NULL: no list yet
};

// A request with the fds that came with it; those that are taken become -1.
struct request {
	Dtraced__SymRequest *m;
	int fds[SYM_MAX_FDS];
	size_t nfds, next_fd;
};

static void __attribute__((noreturn)) leave(int r)
{
	_exit(r == 0 ? 0 : r == -ENOMEM ? SYM_WORKER_NO_MEMORY :
		r == -EBADMSG ? SYM_WORKER_BAD_REQUEST : SYM_WORKER_IO);
}

static int take_fd(struct request *q)
{
	int fd = -1;

	if (q->next_fd < q->nfds) {
		fd = q->fds[q->next_fd];
		q->fds[q->next_fd++] = -1;
	}
	return fd;
}

static void request_deinit(struct request *q)
{
	for (size_t i = 0; i < q->nfds; i++)
		close_fd(q->fds[i]);
	if (q->m)
		dtraced__sym_request__free_unpacked(q->m, NULL);
}

// 1, 0 at the end, negative errno.
static int read_request(struct request *q)
{
	CLEANUP(freep) uint8_t *body = NULL;
	size_t len = 0;
	int r = sym_receive(SOCKET_FD, PROTO_FRAME_CLIENT, &body, &len, q->fds, &q->nfds);

	if (r <= 0)
		return r;
	q->m = dtraced__sym_request__unpack(NULL, len, body);
	return q->m ? 1 : -EBADMSG;
}

static int write_reply(const Dtraced__SymReply *reply)
{
	size_t len = dtraced__sym_reply__get_packed_size(reply);
	CLEANUP(freep) uint8_t *body = malloc(len + 1);

	if (!body)
		return -ENOMEM;
	dtraced__sym_reply__pack(reply, body);
	return frame_write(SOCKET_FD, body, len);
}

// ---- the kernel's part -----------------------------------------------------

static void fill(Dtraced__Symbol *symbol, Dtraced__Symbol **slot, const struct sym_answer *a)
{
	dtraced__symbol__init(symbol);
	symbol->module = (char *)a->module;
	symbol->symbol = (char *)a->symbol;
	symbol->offset = a->offset;
	*slot = symbol;
}

static int answer_kernel(struct worker *w, struct request *q, Dtraced__SymReply *reply,
	struct sym_answer *answers, Dtraced__Symbol *symbols)
{
	size_t n = q->m->n_kernel;
	int r;

	if (q->m->has_kallsyms && !w->kernel)
		w->kernel = kernel_symbols_new(take_fd(q));
	if (!n)
		return 0;
	if (!w->kernel)
		return -EBADMSG;
	r = kernel_symbols_find(w->kernel, q->m->kernel, n, answers);
	if (r < 0)
		return r;
	reply->n_kernel = n;
	for (size_t i = 0; i < n; i++)
		fill(&symbols[i], &reply->kernel[i], &answers[i]);
	return 0;
}

// ---- unwind tables ---------------------------------------------------------

static int build_table(struct unwind_table *t, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	struct elf_source source = elf_from_file(fd, size > 0 ? (uint64_t)size : 0);
	struct elf e;
	int r = elf_open(&e, &source);

	*t = (struct unwind_table){ 0 };
	if (r >= 0)
		r = unwind_build_elf(t, &e);
	elf_close(&e);
	return r;
}

// An answer for one table, and what it points to.
struct table_answer {
	Dtraced__UnwindTable m;
	struct unwind_table t;
	Dtraced__UnwindSegment segments[UNWIND_SEGMENTS], *list[UNWIND_SEGMENTS];
};

static void table_answer_deinit(struct table_answer *a)
{
	unwind_table_deinit(&a->t);
	free(a->m.rows.data);
}

static void answer_unwind(struct request *q, Dtraced__SymReply *reply, struct table_answer *a)
{
	CLEANUP(closep) int fd = -1;

	dtraced__unwind_table__init(&a->m);
	if (!q->m->has_unwind)
		return;
	reply->unwind = &a->m;
	a->m.segments = a->list;
	fd = take_fd(q);
	a->m.error = build_table(&a->t, fd);
	if (a->m.error == 0)
		a->m.error = table_pack(&a->t, &a->m);
	for (size_t i = 0; i < UNWIND_SEGMENTS && a->t.segments[i].size; i++) {
		dtraced__unwind_segment__init(&a->segments[i]);
		a->segments[i].offset = a->t.segments[i].offset;
		a->segments[i].size = a->t.segments[i].size;
		a->segments[i].address = a->t.segments[i].address;
		a->list[a->m.n_segments++] = &a->segments[i];
	}
}

static int answer(struct worker *w, struct request *q)
{
	CLEANUP(table_answer_deinit) struct table_answer table = { .t = { 0 } };
	size_t n = q->m->n_kernel + 1;
	CLEANUP(freep) struct sym_answer *answers = calloc(n, sizeof *answers);
	CLEANUP(freep) Dtraced__Symbol *symbols = calloc(n, sizeof *symbols);
	CLEANUP(freep) Dtraced__Symbol **list = calloc(n, sizeof(void *));
	Dtraced__SymReply reply = DTRACED__SYM_REPLY__INIT;
	int r;

	if (!answers || !symbols || !list)
		return -ENOMEM;
	reply.id = q->m->id;
	reply.kernel = list;
	r = answer_kernel(w, q, &reply, answers, symbols);
	if (r < 0)
		return r;
	answer_unwind(q, &reply, &table);
	return write_reply(&reply);
}

static int serve_one(struct worker *w)
{
	CLEANUP(request_deinit) struct request q = { .m = NULL };
	int r = read_request(&q);

	if (r <= 0)
		leave(r);
	return answer(w, &q);
}

// ---- life ------------------------------------------------------------------

void sym_worker_main(int socket, bool verbose)
{
	struct worker w = { NULL };
	const char *what = "file descriptors";
	int r;

	jail_reset_signals();
	prctl(PR_SET_NAME, "dtraced-symbols");
	r = jail_arrange_fds(socket, SOCKET_FD, verbose);
	if (r == 0)
		r = jail_reader(SOCKET_FD, SYM_WORKER_MEMORY, &what);
	if (r < 0) {
		log_error("the symbol worker cannot start: %s: %s", what, strerror(-r));
		_exit(SYM_WORKER_NO_JAIL);
	}
	while (r == 0)
		r = serve_one(&w);
	leave(r);
}

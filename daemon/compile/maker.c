// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See maker.h. Two processes: this one has the client's rights and moves frames,
// the worker that it forks goes to jail before it reads the request.

#include "daemon/compile/maker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/compile/ending.h"
#include "daemon/compile/jail.h"
#include "daemon/compile/warm.h"
#include "daemon/compile/worker.h"
#include "daemon/log.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"
#include "proto/frame.h"
#include "proto/limits.h"
#include "proto/version.h"

enum { JOB_FD = 3, FIRST_ID = 1 << 30 };

static const struct jail_limits limits = { 5000, 10000, UINT64_C(256) << 20 };

// ---- frames ----------------------------------------------------------------

static int send_reply(int fd, uint32_t tag, Dtraced__Reply *reply)
{
	size_t len;
	CLEANUP(freep) uint8_t *body = NULL;

	reply->tag = tag;
	len = dtraced__reply__get_packed_size(reply);
	body = malloc(len + 1);
	if (!body)
		return -ENOMEM;
	dtraced__reply__pack(reply, body);
	return frame_write(fd, body, len);
}

static int send_failure(int fd, uint32_t tag, Dtraced__FailureCode code, const char *text)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Failure failure = DTRACED__FAILURE__INIT;

	failure.code = code;
	failure.text = (char *)text;
	reply.body_case = DTRACED__REPLY__BODY_FAILURE;
	reply.failure = &failure;
	return send_reply(fd, tag, &reply);
}

// 1 and a request of that kind, 0 when the client has gone, or a negative errno.
static int read_request(int fd, Dtraced__Request__BodyCase kind, Dtraced__Request **requestp)
{
	CLEANUP(freep) uint8_t *body = NULL;
	size_t len = 0;
	int r = frame_read(fd, PROTO_FRAME_CLIENT, &body, &len);

	if (r <= 0)
		return r;
	*requestp = dtraced__request__unpack(NULL, len, body);
	if (!*requestp)
		return -EBADMSG;
	if ((*requestp)->body_case == kind)
		return 1;
	send_failure(fd, (*requestp)->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
		"this dtraced only makes files of D programs");
	return -EBADMSG;
}

static void request_freep(Dtraced__Request **request)
{
	if (*request)
		dtraced__request__free_unpacked(*request, NULL);
}

// ---- the worker ------------------------------------------------------------

static void __attribute__((noreturn)) be_worker(const struct warm *w, int socket)
{
	const char *what;

	if (jail_arrange_fds(socket, JOB_FD, false) < 0 || jail_enter(JOB_FD, &what) < 0 ||
		jail_worker(JOB_FD, w->mapped, &limits, &what) < 0)
		_exit(WORKER_NO_JAIL);
	_exit(worker_run(w, JOB_FD, limits.memory));
}

static int write_job(int fd, Dtraced__Compile *compile)
{
	Dtraced__WorkerRequest request = DTRACED__WORKER_REQUEST__INIT;
	CLEANUP(freep) uint8_t *body = NULL;
	size_t len;

	request.compile = compile;
	request.next_id = FIRST_ID;
	len = dtraced__worker_request__get_packed_size(&request);
	body = malloc(len + 1);
	if (!body)
		return -ENOMEM;
	dtraced__worker_request__pack(&request, body);
	return frame_write(fd, body, len);
}

static Dtraced__WorkerReply *read_result(int fd)
{
	CLEANUP(freep) uint8_t *body = NULL;
	size_t len = 0;

	return frame_read(fd, PROTO_FRAME_SERVER, &body, &len) > 0 ?
		dtraced__worker_reply__unpack(NULL, len, body) : NULL;
}

// The worker's answer; NULL: there is none, and why.
static Dtraced__WorkerReply *compile(const struct warm *w, Dtraced__Compile *m, struct reason *why)
{
	Dtraced__WorkerReply *result = NULL;
	int fds[2], status = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		reason_set(why, "the compiler cannot be started: %s", strerror(errno));
		return NULL;
	}
	pid = fork();
	if (pid == 0)
		be_worker(w, fds[1]);
	close(fds[1]);
	if (pid > 0 && write_job(fds[0], m) == 0)
		result = read_result(fds[0]);
	close(fds[0]);
	if (pid < 0)
		reason_set(why, "the compiler cannot be started: %s", strerror(errno));
	else if (waitpid(pid, &status, 0) == pid && !result)
		ending_describe(status, &limits, why);
	return result;
}

// ---- the client ------------------------------------------------------------

static int greet(int fd)
{
	CLEANUP(request_freep) Dtraced__Request *request = NULL;
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__HelloReply hello = DTRACED__HELLO_REPLY__INIT;
	int r = read_request(fd, DTRACED__REQUEST__BODY_HELLO, &request);

	if (r <= 0)
		return r;
	if (request->hello->version != PROTO_VERSION)
		return send_failure(fd, request->tag, DTRACED__FAILURE_CODE__FAILURE_VERSION,
			"dtrace and dtraced are of different versions");
	hello.version = PROTO_VERSION;
	hello.server = (char *)"dtraced " DTRACED_VERSION;
	hello.max_frame = PROTO_FRAME_CLIENT;
	reply.body_case = DTRACED__REPLY__BODY_HELLO;
	reply.hello = &hello;
	r = send_reply(fd, request->tag, &reply);
	return r < 0 ? r : 1;
}

static int answer(int fd, uint32_t tag, const Dtraced__WorkerReply *result, const char *why)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Compiled compiled = DTRACED__COMPILED__INIT;

	if (result && result->body_case == DTRACED__WORKER_REPLY__BODY_FAILURE) {
		reply.body_case = DTRACED__REPLY__BODY_FAILURE;
		reply.failure = result->failure;
		return send_reply(fd, tag, &reply);
	}
	if (!result || result->body_case != DTRACED__WORKER_REPLY__BODY_FILE)
		return send_failure(fd, tag, DTRACED__FAILURE_CODE__FAILURE_WORKER, why);
	compiled.file = result->file;
	compiled.dump = result->dump;
	reply.body_case = DTRACED__REPLY__BODY_COMPILED;
	reply.compiled = &compiled;
	return send_reply(fd, tag, &reply);
}

static int make(int fd, const struct warm *w)
{
	CLEANUP(request_freep) Dtraced__Request *request = NULL;
	struct reason why = { "the compiler made no file" };
	Dtraced__WorkerReply *result;
	int r = greet(fd);

	if (r > 0)
		r = read_request(fd, DTRACED__REQUEST__BODY_COMPILE, &request);
	if (r <= 0)
		return r;
	if (request->compile->product != DTRACED__PRODUCT__PRODUCT_HEADER &&
	    request->compile->product != DTRACED__PRODUCT__PRODUCT_SITES)
		return send_failure(fd, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
			"this dtraced only makes files of D programs");
	result = compile(w, request->compile, &why);
	r = answer(fd, request->tag, result, why.text);
	if (result)
		dtraced__worker_reply__free_unpacked(result, NULL);
	return r;
}

int maker_run(int socket)
{
	struct warm w = { 0 };
	const char *what = "";
	int r;

	log_level = LOG_LEVEL_ERROR;	// what the kernel lacks is of no interest
	r = warm_init(&w, &what);
	if (r < 0)
		log_error("%s", what);
	else
		r = make(socket, &w);
	return r;
}

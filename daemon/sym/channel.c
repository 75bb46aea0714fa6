// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Frames with fds, see channel.h.

#include "daemon/sym/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "daemon/util.h"
#include "proto/frame.h"

union ancillary {
	char space[CMSG_SPACE(SYM_MAX_FDS * sizeof(int))];
	struct cmsghdr align;
};

int sym_send_header(int socket, uint32_t len, const int *fds, size_t nfds)
{
	uint8_t header[FRAME_HEADER];
	struct iovec iov = { header, sizeof header };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	union ancillary a = { .space = { 0 } };
	ssize_t n;

	if (nfds > SYM_MAX_FDS)
		return -E2BIG;
	frame_put_header(header, len);
	if (nfds) {
		h.msg_control = a.space;
		h.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		a.align.cmsg_level = SOL_SOCKET;
		a.align.cmsg_type = SCM_RIGHTS;
		a.align.cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(&a.align), fds, nfds * sizeof(int));
	}
	do
		n = sendmsg(socket, &h, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n == sizeof header ? 0 : -EIO;
}

static void take_fds(struct msghdr *h, int fds[SYM_MAX_FDS], size_t *nfds)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;
	*nfds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(c), *nfds * sizeof(int));
}

static int read_body(int socket, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t r = read(socket, p, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return r ? -errno : -EBADMSG;
		p += r;
		n -= (size_t)r;
	}
	return 1;
}

int sym_receive(int socket, uint32_t cap, uint8_t **body, size_t *len, int fds[SYM_MAX_FDS],
	size_t *nfds)
{
	uint8_t header[FRAME_HEADER];
	struct iovec iov = { header, sizeof header };
	union ancillary a;
	struct msghdr h = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = a.space, .msg_controllen = sizeof a.space,
	};
	uint32_t size = 0;
	ssize_t n;
	int r;

	*nfds = 0;
	do
		n = recvmsg(socket, &h, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n ? -errno : 0;
	take_fds(&h, fds, nfds);
	if (n != sizeof header)
		return -EBADMSG;
	r = frame_peek(header, sizeof header, cap, &size);
	if (r < 0)
		return r;
	*body = malloc(size);
	*len = size;
	if (!*body)
		return -ENOMEM;
	r = read_body(socket, *body, size);
	if (r < 0)
		free(*body);
	return r;
}

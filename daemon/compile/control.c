// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Packets with at most one fd.

#include "daemon/compile/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "daemon/util.h"

union ancillary {
	char space[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

int control_send(int socket, const struct control *m, int fd)
{
	struct iovec iov = { (void *)m, sizeof *m };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	union ancillary a = { .space = { 0 } };
	ssize_t n;

	if (fd >= 0) {
		h.msg_control = a.space;
		h.msg_controllen = sizeof a.space;
		a.align.cmsg_level = SOL_SOCKET;
		a.align.cmsg_type = SCM_RIGHTS;
		a.align.cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(&a.align), &fd, sizeof fd);
	}
	do
		n = sendmsg(socket, &h, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int control_receive(int socket, struct control *m, int *fd)
{
	struct iovec iov = { m, sizeof *m };
	union ancillary a;
	struct msghdr h = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = a.space, .msg_controllen = CMSG_LEN(sizeof *fd),	// no room for two
	};
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(socket, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n ? -errno : 0;
	c = CMSG_FIRSTHDR(&h);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof *fd);
	if (n != sizeof *m) {
		*fd = close_fd(*fd);
		return -EBADMSG;
	}
	return 1;
}

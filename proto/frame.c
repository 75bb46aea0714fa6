// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Framing, see frame.h.

#include "proto/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

void frame_put_header(uint8_t header[FRAME_HEADER], uint32_t len)
{
	header[0] = (uint8_t)(len >> 24);
	header[1] = (uint8_t)(len >> 16);
	header[2] = (uint8_t)(len >> 8);
	header[3] = (uint8_t)len;
}

int frame_peek(const uint8_t *data, size_t n, uint32_t cap, uint32_t *len)
{
	uint32_t v;

	if (n < FRAME_HEADER)
		return -EAGAIN;
	v = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
	if (!v || v > cap)
		return -EMSGSIZE;
	*len = v;
	return 0;
}

// Reads exactly n bytes: 1; 0 at an end of stream before the first one.
static int read_all(int fd, uint8_t *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = read(fd, p + got, n - got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (!r)
			return got ? -EBADMSG : 0;
		got += (size_t)r;
	}
	return 1;
}

int frame_read(int fd, uint32_t cap, uint8_t **body, size_t *len)
{
	uint8_t header[FRAME_HEADER], *p;
	uint32_t n = 0;
	int r;

	r = read_all(fd, header, sizeof header);
	if (r <= 0)
		return r;
	r = frame_peek(header, sizeof header, cap, &n);
	if (r < 0)
		return r;
	p = malloc(n);
	if (!p)
		return -ENOMEM;
	r = read_all(fd, p, n);
	if (r <= 0) {
		free(p);
		return r ? r : -EBADMSG;
	}
	*body = p;
	*len = n;
	return 1;
}

int frame_write(int fd, const uint8_t *body, size_t len)
{
	uint8_t header[FRAME_HEADER];
	struct iovec iov[2] = { { header, sizeof header }, { (void *)body, len } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };

	if (!len || len > UINT32_MAX)
		return -EMSGSIZE;
	frame_put_header(header, (uint32_t)len);
	while (m.msg_iovlen) {
		ssize_t r = sendmsg(fd, &m, MSG_NOSIGNAL);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		while (m.msg_iovlen && (size_t)r >= m.msg_iov->iov_len) {
			r -= (ssize_t)m.msg_iov->iov_len;
			m.msg_iov++;
			m.msg_iovlen--;
		}
		if (m.msg_iovlen) {
			m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + r;
			m.msg_iov->iov_len -= (size_t)r;
		}
	}
	return 0;
}

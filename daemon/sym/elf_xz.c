// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/elf_xz.h"

#include <errno.h>
#include <lzma.h>
#include <stdlib.h>

enum { FIRST_PIECE = 1 << 18 };

static int grow(char **bytes, size_t *cap, uint64_t max)
{
	uint64_t want = *cap ? (uint64_t)*cap * 2 : FIRST_PIECE;
	char *p;

	if (*cap >= max)
		return -EFBIG;
	if (want > max)
		want = max;
	p = realloc(*bytes, (size_t)want);
	if (!p)
		return -ENOMEM;
	*bytes = p;
	*cap = (size_t)want;
	return 0;
}

static int describe(lzma_ret r)
{
	switch (r) {
	case LZMA_STREAM_END:
		return 0;
	case LZMA_MEM_ERROR:
		return -ENOMEM;
	case LZMA_MEMLIMIT_ERROR:
		return -EFBIG;
	default:
		return -EBADMSG;
	}
}

static int unpack(lzma_stream *s, uint64_t max, char **bytes, size_t *size)
{
	size_t cap = 0;
	lzma_ret l = LZMA_OK;
	int r = 0;

	while (l == LZMA_OK && r == 0) {
		if (s->avail_out == 0) {
			size_t had = cap;

			r = grow(bytes, &cap, max);
			s->next_out = (uint8_t *)*bytes + had;
			s->avail_out = cap - had;
		}
		if (r == 0)
			l = lzma_code(s, LZMA_FINISH);
	}
	*size = cap - s->avail_out;
	return r < 0 ? r : describe(l);
}

int elf_unpack_xz(const void *packed, size_t n, uint64_t max, char **bytes, size_t *size)
{
	lzma_stream s = LZMA_STREAM_INIT;
	int r;

	*bytes = NULL;
	if (lzma_stream_decoder(&s, max, 0) != LZMA_OK)
		return -ENOMEM;
	s.next_in = packed;
	s.avail_in = n;
	r = unpack(&s, max, bytes, size);
	lzma_end(&s);
	if (r < 0) {
		free(*bytes);
		*bytes = NULL;
	}
	return r;
}

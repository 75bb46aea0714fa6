// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Small things that every module of the core uses: cleanup attributes for
// locals that own something, and the sentence in which a refusal is explained.

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <stdint.h>

#define CLEANUP(function) __attribute__((cleanup(function)))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define NELEMS(array) (sizeof(array) / sizeof *(array))

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static inline void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

// Closes an fd if there is one; returns -1, for `fd = close_fd(fd)`.
static inline int close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
	return -1;
}

// One sentence for the user, without a final period.
struct reason {
	char text[512];
};

static inline void PRINTF_LIKE(2, 3) reason_set(struct reason *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(r->text, sizeof r->text, format, ap);
	va_end(ap);
}

static inline uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

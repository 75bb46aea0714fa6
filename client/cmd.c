// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What the commands share, see cmd.h.

#include "client/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/failure.h"

int cmd_open_output(const struct options *o)
{
	int fd;

	if (!o->output)
		return STDOUT_FILENO;
	fd = open(o->output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		fprintf(stderr, "dtrace: failed to open output file '%s': %s\n", o->output, strerror(errno));
	return fd;
}

int cmd_fail(int err, const char *what)
{
	if (err < 0 && err != -EPIPE)
		error_print(err, what);
	return EXIT_FATAL;
}

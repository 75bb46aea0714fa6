// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// journal PATH: a journal that prints what it gets, a record per line, its fields divided by |.

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	static char record[1 << 16];
	ssize_t n;

	if (argc != 2 || strlen(argv[1]) >= sizeof at.sun_path)
		return 2;
	strcpy(at.sun_path, argv[1]);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0) {
		perror(argv[1]);
		return 1;
	}
	while ((n = recv(fd, record, sizeof record, 0)) >= 0) {
		for (ssize_t i = 0; i < n; i++)
			putchar(record[i] == '\n' ? '|' : record[i]);
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// caller DIRECTORY: a process about which all is known: in DIRECTORY/here, on CPU
// 0, descriptor 3 is DIRECTORY/there at offset 2 and 4 is /dev/null, user 11 and
// group 12. For each byte read from DIRECTORY/go it calls getpgid(1, 2, 3, 4, 5, 6).

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static void open_as(int fd, const char *path)
{
	int n = open(path, O_RDONLY);

	if (n >= 0 && n != fd) {
		dup2(n, fd);
		close(n);
	}
}

int main(int argc, char **argv)
{
	cpu_set_t one;
	char byte;
	int go;

	if (argc != 2 || chdir(argv[1]) < 0)
		return 1;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof one, &one);
	open_as(3, "there");
	open_as(4, "/dev/null");
	lseek(3, 2, SEEK_SET);
	go = open("go", O_RDONLY);
	if (chdir("here") < 0 || setgroups(0, NULL) < 0 || setresgid(12, 12, 12) < 0 || setresuid(11, 11, 11) < 0)
		return 1;
	while (read(go, &byte, 1) == 1)
		syscall(SYS_getpgid, 1, 2, 3, 4, 5, 6);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A process that does things whose numbers and words are known, for the tests of who sees them.
//
//	actor work WORD N	N rounds; in each: opens /WORD-path, writes WORD-data to /dev/null,
//				calls marked(round, "WORD-argument"), forks a child that runs `true`
//				under the name WORD-exec
//	actor spin WORD		the same until its standard input ends, and computes between
//	actor calls N [FILE...]	N times getppid(), then the same by executing FILE, the rest being its FILEs
//	actor change WHAT N	N times getppid(), becomes WHAT (undumpable, namespace), N times again

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int marked(int round, const char *argument);

__attribute__((noinline)) int marked(int round, const char *argument)
{
	__asm__ volatile("" ::: "memory");
	return round + argument[0];
}

static void round_of(const char *word, int i)
{
	char path[64], data[64], argument[64], name[64];
	int fd = open("/dev/null", O_WRONLY), n;
	pid_t child;

	snprintf(path, sizeof path, "/%s-path", word);
	snprintf(argument, sizeof argument, "%s-argument", word);
	snprintf(name, sizeof name, "%s-exec", word);
	n = snprintf(data, sizeof data, "%s-data", word);
	close(open(path, O_RDONLY));
	if (fd < 0 || write(fd, data, (size_t)n) != n || marked(i, argument) == -1)
		exit(1);
	close(fd);
	child = fork();
	if (!child) {
		execl("/bin/true", name, "an argument", (char *)NULL);
		_exit(127);
	}
	waitpid(child, NULL, 0);
}

static void spin(const char *word)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };

	for (int i = 0; poll(&in, 1, 0) == 0; i++) {
		round_of(word, i);
		for (volatile int k = 0; k < 3000000; k++)
			;
	}
}

static void calls(int n)
{
	for (int i = 0; i < n; i++)
		syscall(SYS_getppid);
}

static int change(const char *what)
{
	if (!strcmp(what, "undumpable"))
		return prctl(PR_SET_DUMPABLE, 0);
	return unshare(CLONE_NEWUSER);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "work")) {
		for (int i = 0; i < atoi(argv[3]); i++)
			round_of(argv[2], i);
	} else if (!strcmp(argv[1], "spin")) {
		spin(argv[2]);
	} else if (!strcmp(argv[1], "calls")) {
		calls(atoi(argv[2]));
		if (argc > 3) {
			char *next = argv[3];

			memmove(argv + 3, argv + 4, (size_t)(argc - 3) * sizeof *argv);
			execv(next, argv);
			perror(next);
			return 1;
		}
	} else {
		calls(atoi(argv[3]));
		if (change(argv[2])) {
			perror(argv[2]);
			return 77;
		}
		calls(atoi(argv[3]));
	}
	return 0;
}

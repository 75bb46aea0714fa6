// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// faults FILE: page faults in phases. Each phase begins with getppid(NUMBER), so that a
// program can tell them apart, and the kernel's own count of this process's faults
// goes with it: "phase NUMBER MINOR MAJOR SUM", SUM of the addresses of those pages
// that are touched on purpose (0: not known). Waits for a line on stdin first; "pid PID" is printed before that.

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PHASES = 7 };

static const char *file;

static volatile char *map(size_t pages, int flags, int fd)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (p == MAP_FAILED)
		exit(EXIT_FAILURE);
	madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	return p;
}

static uint64_t touch(volatile char *p, size_t pages, int write)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < pages; i++) {
		if (write)
			p[i * PAGE] = 1;
		else
			(void)p[i * PAGE];
		sum += (uint64_t)(uintptr_t)&p[i * PAGE];
	}
	return sum;
}

// The zero page is mapped 200 times.
static uint64_t reads(void)
{
	return touch(map(200, MAP_PRIVATE | MAP_ANONYMOUS, -1), 200, 0);
}

static uint64_t writes(void)
{
	return touch(map(300, MAP_PRIVATE | MAP_ANONYMOUS, -1), 300, 1);
}

// The kernel writes into 20 pages that are not there yet.
static uint64_t copies(void)
{
	volatile char *p = map(20, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	uint64_t sum = 0;

	for (size_t i = 0; i < 20; i++) {
		if (read(fd, (void *)(uintptr_t)&p[i * PAGE], 1) != 1)
			exit(EXIT_FAILURE);
		sum += (uint64_t)(uintptr_t)&p[i * PAGE];
	}
	close(fd);
	return sum;
}

// Pages of a file that are not in memory, one by one.
static uint64_t majors(void)
{
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	volatile char *p;
	uint64_t sum;

	if (fd < 0)
		exit(EXIT_FAILURE);
	for (int i = 0; i < 40 * PAGE; i += PAGE)
		if (pwrite(fd, &i, 1, i + PAGE - 1) != 1)
			exit(EXIT_FAILURE);
	fsync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	p = map(40, MAP_SHARED, fd);
	madvise((void *)(uintptr_t)p, 40 * PAGE, MADV_RANDOM);
	sum = touch(p, 40, 0);
	close(fd);
	return sum;
}

// 50 pages that a child has, too, until it ends.
static volatile char *shared;
static int alive[2];

static uint64_t share(void)
{
	char c;

	shared = map(50, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	touch(shared, 50, 1);
	if (pipe(alive) < 0)
		exit(EXIT_FAILURE);
	if (fork() == 0) {
		close(alive[1]);
		_exit(read(alive[0], &c, 1) != 0);
	}
	return touch(shared, 1, 0);
}

// All pages are there, those that are written to are copied.
static uint64_t copy(void)
{
	return touch(shared, 50, 1);
}

static uint64_t nothing(void)
{
	return 0;
}

static uint64_t (*const phases[PHASES])(void) = { nothing, reads, writes, copies, majors, share, copy };

int main(int argc, char **argv)
{
	struct rusage before, after;
	uint64_t sums[PHASES];
	long minor[PHASES], major[PHASES];
	char c;

	file = argc > 1 ? argv[1] : "/dev/null";
	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	if (read(0, &c, 1) != 1)
		return EXIT_FAILURE;
	memset(sums, 1, sizeof sums);
	memset(minor, 1, sizeof minor);
	memset(major, 1, sizeof major);
	getrusage(RUSAGE_SELF, &after);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < PHASES; i++) {
		syscall(SYS_getppid, i + 1);
		getrusage(RUSAGE_SELF, &before);
		sums[i] = phases[i]();
		getrusage(RUSAGE_SELF, &after);
		minor[i] = after.ru_minflt - before.ru_minflt;
		major[i] = after.ru_majflt - before.ru_majflt;
	}
	syscall(SYS_getppid, 0);
	close(alive[1]);
	wait(NULL);
	for (int i = 0; i < PHASES; i++)
		printf("phase %d %ld %ld %llu\n", i + 1, minor[i], major[i], (unsigned long long)sums[i]);
	return 0;
}

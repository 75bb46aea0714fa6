// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// locks DIRECTORY: waits for locks of the kernel whose length is known. One thread takes a lock in a system call that then
// meets a page that is not there: a userfaultfd holds it until another thread is seen asleep in the kernel, and for HOLD_MS
// more. The waiter calls getppid(CASE) before its own system call and getppid(0) after it. Prints "pid PID", waits for a line on
// stdin, then says for each case "case CASE LEAST EARLY MOST": ns that the
// waiter slept at least, that passed until it was seen asleep, and that its call took.

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, HOLD_MS = 60 };

struct place {
	int pipe[2];
	int file, direct, dir;
};

// What holds the lock and touches the page, and what waits for it.
struct lock_case {
	int number;
	void (*hold)(const struct place *p, void *page);
	void (*wait)(const struct place *p);
};

struct waiter {
	const struct lock_case *c;
	const struct place *place;
	volatile pid_t tid;
	volatile bool at_it;
	int64_t before, after;
};

struct holder {
	const struct lock_case *c;
	const struct place *place;
	void *page;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

// ---- the cases -------------------------------------------------------------

static void write_pipe(const struct place *p, void *page)
{
	must(write(p->pipe[1], page, 100) == 100, "write");
}

static void wait_pipe(const struct place *p)
{
	must(write(p->pipe[1], "x", 1) == 1, "write");
}

static void write_file(const struct place *p, void *page)
{
	must(pwrite(p->file, page, 100, 0) == 100, "write");
}

static void wait_writing(const struct place *p)
{
	must(pwrite(p->file, "x", 1, 0) == 1, "write");
}

static void wait_reading(const struct place *p)
{
	static char block[PAGE] __attribute__((aligned(PAGE)));

	must(pread(p->direct, block, PAGE, 0) >= 0, "read");
}

static void list_directory(const struct place *p, void *page)
{
	must(syscall(SYS_getdents64, p->dir, page, PAGE) > 0, "getdents64");
}

static void wait_making(const struct place *p)
{
	must(mkdirat(p->dir, "made", 0700) == 0, "mkdir");
}

static const struct lock_case cases[] = {
	{ 1, write_pipe, wait_pipe },		// a mutex
	{ 2, write_file, wait_writing },	// a writer waits for a writer
	{ 3, list_directory, wait_making },	// a writer waits for a reader
	{ 4, write_file, wait_reading },	// a reader waits for a writer
};

// ---- threads ---------------------------------------------------------------

static void *run_holder(void *arg)
{
	struct holder *h = arg;

	h->c->hold(h->place, h->page);
	return NULL;
}

static void *run_waiter(void *arg)
{
	struct waiter *w = arg;

	w->tid = (pid_t)syscall(SYS_gettid);
	syscall(SYS_getppid, w->c->number);
	w->before = now();
	w->at_it = true;
	w->c->wait(w->place);
	w->after = now();
	syscall(SYS_getppid, 0);
	return NULL;
}

static char state_of(pid_t tid)
{
	char path[64], line[512] = "";
	const char *end;
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)tid);
	f = fopen(path, "re");
	if (f && !fgets(line, sizeof line, f))
		*line = 0;
	if (f)
		fclose(f);
	end = strrchr(line, ')');
	return end ? end[2] : '?';
}

// Asleep without interruption, and still so when looked at again.
static void wait_asleep(const struct waiter *w)
{
	for (int seen = 0; seen < 5;)
		seen = w->at_it && state_of(w->tid) == 'D' ? seen + 1 : 0;
}

static int open_faults(void *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { { (uintptr_t)page, PAGE }, UFFDIO_REGISTER_MODE_MISSING, 0 };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	must(fd >= 0 && ioctl(fd, UFFDIO_API, &api) == 0 && ioctl(fd, UFFDIO_REGISTER, &reg) == 0, "userfaultfd");
	return fd;
}

static void run_case(const struct lock_case *c, const struct place *p)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open_faults(page);
	struct holder h = { c, p, page };
	struct waiter w = { .c = c, .place = p };
	struct uffdio_zeropage zero = { { (uintptr_t)page, PAGE }, 0, 0 };
	struct timespec hold = { 0, HOLD_MS * 1000000L };
	struct uffd_msg msg;
	pthread_t holder, waiter;
	int64_t asleep, released;

	must(pthread_create(&holder, NULL, run_holder, &h) == 0, "thread");
	must(read(fd, &msg, sizeof msg) == sizeof msg, "userfaultfd");
	must(pthread_create(&waiter, NULL, run_waiter, &w) == 0, "thread");
	wait_asleep(&w);
	asleep = now();
	nanosleep(&hold, NULL);
	released = now();
	must(ioctl(fd, UFFDIO_ZEROPAGE, &zero) == 0, "userfaultfd");
	pthread_join(waiter, NULL);
	pthread_join(holder, NULL);
	printf("case %d %lld %lld %lld\n", c->number, (long long)(released - asleep), (long long)(asleep - w.before),
	       (long long)(w.after - w.before));
	close(fd);
	munmap(page, PAGE);
}

int main(int argc, char **argv)
{
	struct place p;
	char c;

	must(argc > 1 && chdir(argv[1]) == 0, "directory");
	must(pipe(p.pipe) == 0 && mkdir("listed", 0700) == 0, "mkdir");
	p.file = open("locked", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	p.direct = open("locked", O_RDONLY | O_DIRECT | O_CLOEXEC);
	p.dir = open("listed", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(p.file >= 0 && p.dir >= 0, "open");
	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	if (read(STDIN_FILENO, &c, 1) != 1)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (cases[i].number != 4 || p.direct >= 0)
			run_case(&cases[i], &p);
	fflush(stdout);
	syscall(SYS_exit_group, 0);
	return 0;
}

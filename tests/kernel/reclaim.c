// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// reclaim FILE DEVICE CGROUP [RECLAIM]: pages that go out and come back, in phases that begin with getppid(NUMBER) and end with
// getppid(0). FILE is made; DEVICE is a block device that is read past the page cache; CGROUP is a memory cgroup of its own (or "-"),
// RECLAIM the file there that makes the kernel reclaim all that it can. Prints "pid PID", waits for a line on stdin, and
// then "phase NUMBER PAGES" for those that were possible, and "NAME NUMBER" by how much rows of /proc/vmstat have grown in phase 7.

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, ANON = 200, FILE_PAGES = 300, DIRECT = 25, DIRTY = 48, SCATTERED = 40, RAW = 16 };

static const char *file, *device, *cgroup, *reclaimer;
static char block[PAGE] __attribute__((aligned(PAGE)));
static volatile char *pages;
static int fd;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

// ---- memory ----------------------------------------------------------------

static long page_out(void)
{
	return madvise((void *)(uintptr_t)pages, (size_t)ANON * PAGE, MADV_PAGEOUT) == 0 ? ANON : -1;
}

static long touch(void)
{
	for (size_t i = 0; i < ANON; i++)
		(void)pages[i * PAGE];
	return ANON;
}

// ---- files -----------------------------------------------------------------

static long read_direct(void)
{
	int direct = open(file, O_RDONLY | O_DIRECT | O_CLOEXEC);

	if (direct < 0)
		return -1;
	for (long i = 0; i < DIRECT; i++)
		must(pread(direct, block, PAGE, i * PAGE) == PAGE, "read");
	close(direct);
	return DIRECT;
}

static long read_scattered(void)
{
	for (long i = 0; i < SCATTERED; i++)
		must(pread(fd, block, 1, (2 * i + 1) * PAGE) == 1, "read");
	return SCATTERED;
}

static long write_behind(void)
{
	must(sync_file_range(fd, 0, (off_t)DIRTY * PAGE, SYNC_FILE_RANGE_WRITE) == 0, "sync_file_range");
	return DIRTY;
}

static long read_raw(void)
{
	int raw = open(device, O_RDONLY | O_DIRECT | O_CLOEXEC);

	if (raw < 0)
		return -1;
	for (long i = 0; i < RAW; i++)
		must(pread(raw, block, PAGE, i * PAGE) == PAGE, "read");
	close(raw);
	return RAW;
}

// What was there is written again.
static long write_raw(void)
{
	int raw = open(device, O_RDWR | O_DIRECT | O_CLOEXEC);

	if (raw < 0)
		return -1;
	for (long i = 0; i < RAW; i++)
		must(pwrite(raw, block, PAGE, i * PAGE) == PAGE, "write");
	close(raw);
	return RAW;
}

// ---- a memory cgroup -------------------------------------------------------

static void put(const char *name, const char *text)
{
	char path[512];
	int out;

	snprintf(path, sizeof path, "%s/%s", cgroup, name);
	out = open(path, O_WRONLY | O_CLOEXEC);
	must(out >= 0, path);
	// memory.reclaim says EAGAIN where it could not find as much as asked for.
	if (write(out, text, strlen(text)) < 0)
		must(errno == EAGAIN, path);
	close(out);
}

static const char *const rows[] = { "pgsteal_anon", "pgsteal_file", "pgscan_anon", "pgscan_file" };
enum { ROWS = sizeof rows / sizeof *rows };
static long long grown[ROWS];

static void add_vmstat(long long sign)
{
	FILE *f = fopen("/proc/vmstat", "re");
	char name[64];
	long long n;

	while (f && fscanf(f, "%63s %lld", name, &n) == 2)
		for (size_t i = 0; i < ROWS; i++)
			if (strcmp(name, rows[i]) == 0)
				grown[i] += sign * n;
	if (f)
		fclose(f);
}

// Pages of a file that this group has read, clean and not in use; all the group has.
static long reclaim(void)
{
	if (!reclaimer)
		return -1;
	put(reclaimer, "64M");
	return FILE_PAGES;
}

static long read_again(void)
{
	for (long i = 0; i < FILE_PAGES; i++)
		must(pread(fd, block, PAGE, i * PAGE) == PAGE, "read");
	return FILE_PAGES;
}

// Mapped, clean, and given back: those that are no longer in memory then.
static long give_back(void)
{
	char *p = mmap(NULL, FILE_PAGES * PAGE, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	unsigned char in[FILE_PAGES];
	long n = 0;

	must(p != MAP_FAILED, "mmap");
	if (madvise(p, FILE_PAGES * PAGE, MADV_PAGEOUT) < 0)
		return -1;
	must(mincore(p, FILE_PAGES * PAGE, in) == 0, "mincore");
	for (size_t i = 0; i < FILE_PAGES; i++)
		n += !(in[i] & 1);
	return n;
}

// ---- phases ----------------------------------------------------------------

static void write_file(size_t n)
{
	for (size_t i = 0; i < n; i++)
		must(pwrite(fd, block, PAGE, (off_t)i * PAGE) == PAGE, "write");
}

static void forget_file(void)
{
	must(fsync(fd) == 0, "fsync");
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

static void before_scattered(void)
{
	forget_file();
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
}

static void before_dirty(void)
{
	posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL);
	write_file(DIRTY);
}

static void before_reclaim(void)
{
	if (!reclaimer)
		return;
	forget_file();
	read_again();
	add_vmstat(-1);
}

// What is read a second time is in use.
static void before_again(void)
{
	forget_file();
	read_again();
}

static void after_reclaim(void)
{
	if (reclaimer)
		add_vmstat(1);
}

static const struct {
	int number;
	void (*before)(void);
	long (*run)(void);
} phases[] = {
	{ 1, NULL, read_direct }, { 2, before_scattered, read_scattered }, { 3, before_dirty, write_behind },
	{ 4, NULL, read_raw }, { 5, NULL, write_raw }, { 6, NULL, page_out }, { 9, before_again, read_again },
	{ 7, before_reclaim, reclaim }, { 8, after_reclaim, touch }, { 10, NULL, give_back },
};

static void prepare(void)
{
	char pid[16];

	snprintf(pid, sizeof pid, "%d", (int)getpid());
	if (reclaimer)
		put("cgroup.procs", pid);
	fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0, file);
	memset(block, 1, sizeof block);
	write_file(FILE_PAGES);
	must(fsync(fd) == 0, "fsync");
	pages = mmap(NULL, (size_t)ANON * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(pages != MAP_FAILED, "mmap");
	madvise((void *)(uintptr_t)pages, (size_t)ANON * PAGE, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < ANON; i++)
		pages[i * PAGE] = 1;	// zeros are not written
}

int main(int argc, char **argv)
{
	char c;

	if (argc < 4)
		return EXIT_FAILURE;
	file = argv[1];
	device = argv[2];
	cgroup = argv[3];
	reclaimer = argv[4];
	prepare();
	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	if (read(STDIN_FILENO, &c, 1) != 1)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		long n;

		if (phases[i].before)
			phases[i].before();
		syscall(SYS_getppid, phases[i].number);
		n = phases[i].run();
		syscall(SYS_getppid, 0);
		if (n >= 0)
			printf("phase %d %ld\n", phases[i].number, n);
	}
	for (size_t i = 0; i < ROWS; i++)
		printf("%s %lld\n", rows[i], grown[i]);
	fflush(stdout);
	syscall(SYS_exit_group, 0);
	return 0;
}

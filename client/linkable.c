// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See linkable.h.

#include "client/linkable.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse(const char *path, const char *why)
{
	fprintf(stderr, "dtrace: failed to link %s: %s\n", path, why);
	return 1;
}

// What compilers make instead of ELF objects when they leave the code to the linker, and archives.
static bool is_other_object(const unsigned char *p, ssize_t n)
{
	static const struct { const char *magic; ssize_t len; } known[] = {
		{ "BC\xc0\xde", 4 }, { "\xde\xc0\x17\x0b", 4 }, { "!<arch>\n", 8 }, { "!<thin>\n", 8 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (n >= known[i].len && memcmp(p, known[i].magic, (size_t)known[i].len) == 0)
			return true;
	return false;
}

static int check_header(const char *path, const unsigned char *p, ssize_t n, uint16_t *machine)
{
	Elf64_Ehdr h;

	*machine = 0;
	if (is_other_object(p, n))
		return 0;
	if (n < EI_NIDENT || memcmp(p, ELFMAG, SELFMAG) != 0)
		return refuse(path, "it is no object file");
	if (p[EI_CLASS] != ELFCLASS64)
		return refuse(path, "it is a 32-bit object; probes of 64-bit programs are possible only");
	if (n < (ssize_t)sizeof(h))
		return refuse(path, "it is cut off");
	memcpy(&h, p, sizeof(h));
	if (h.e_type != ET_REL)
		return refuse(path, "it is linked already");
	*machine = h.e_machine;
	return 0;
}

int linkable_check(const char *path, uint16_t *machine)
{
	unsigned char head[sizeof(Elf64_Ehdr)];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return refuse(path, strerror(errno));
	n = fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ? 0 : pread(fd, head, sizeof(head), 0);
	close(fd);
	return n < 0 ? refuse(path, strerror(errno)) : check_header(path, head, n, machine);
}

uint16_t linkable_native(void)
{
#if defined(__x86_64__)
	return EM_X86_64;
#elif defined(__aarch64__)
	return EM_AARCH64;
#else
	return EM_NONE;
#endif
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See versions.h.

#include "dlang/versions.h"

#include <stddef.h>
#include <string.h>

#define V VERSION_OF

static const uint32_t versions[] = {
	V(1, 0, 0), V(1, 1, 0), V(1, 2, 0), V(1, 2, 1), V(1, 2, 2), V(1, 3, 0), V(1, 4, 0), V(1, 4, 1),
	V(1, 5, 0), V(1, 6, 0), V(1, 6, 1), V(1, 6, 2), V(1, 6, 3), V(1, 7, 0), V(1, 7, 1), V(1, 8, 0),
	V(1, 8, 1), V(1, 9, 0), V(1, 9, 1), V(1, 10, 0), V(1, 11, 0), V(1, 12, 0), V(1, 12, 1), V(1, 13, 0),
};

static const struct {
	uint32_t since;
	const char *name;
} newer[] = {
	{ V(1, 1, 0), "index" }, { V(1, 1, 0), "rindex" }, { V(1, 1, 0), "strchr" },
	{ V(1, 1, 0), "strrchr" }, { V(1, 1, 0), "strstr" }, { V(1, 1, 0), "strtok" },
	{ V(1, 1, 0), "substr" },
	{ V(1, 2, 0), "func" }, { V(1, 2, 0), "mod" }, { V(1, 2, 0), "setopt" }, { V(1, 2, 0), "sym" },
	{ V(1, 2, 0), "uaddr" }, { V(1, 2, 0), "ucaller" }, { V(1, 2, 0), "ufunc" }, { V(1, 2, 0), "umod" },
	{ V(1, 2, 0), "usym" },
	{ V(1, 3, 0), "htonl" }, { V(1, 3, 0), "htonll" }, { V(1, 3, 0), "htons" }, { V(1, 3, 0), "ntohl" },
	{ V(1, 3, 0), "ntohll" }, { V(1, 3, 0), "ntohs" },
	{ V(1, 5, 0), "inet_ntoa" }, { V(1, 5, 0), "inet_ntoa6" }, { V(1, 5, 0), "inet_ntop" },
	{ V(1, 6, 0), "stddev" }, { V(1, 7, 0), "llquantize" },
	{ V(1, 8, 0), "tolower" }, { V(1, 8, 0), "toupper" }, { V(1, 9, 0), "print" },
	{ V(1, 10, 0), "getf" }, { V(1, 11, 0), "json" }, { V(1, 11, 0), "strtoll" },
	{ V(1, 13, 0), "execargs" },
};

#define NELEMS(table) (sizeof(table) / sizeof *(table))

bool version_parse(const char *s, uint32_t *version)
{
	static const uint32_t max[] = { 255, 4095, 4095 };
	uint32_t part[3] = { 0 };

	for (int i = 0;; i++) {
		size_t n = strspn(s, "0123456789");

		if (!n || n > 4)
			return false;
		for (; n; n--)
			part[i] = part[i] * 10 + (uint32_t)(*s++ - '0');
		if (part[i] > max[i] || (*s && (*s != '.' || i == 2)))
			return false;
		if (!*s++) {
			*version = V(part[0], part[1], part[2]);
			return i > 0;
		}
	}
}

bool version_exists(uint32_t version)
{
	for (size_t i = 0; i < NELEMS(versions); i++)
		if (versions[i] == version)
			return true;
	return false;
}

uint32_t version_of_name(const char *name)
{
	for (size_t i = 0; i < NELEMS(newer); i++)
		if (!strcmp(newer[i].name, name))
			return newer[i].since;
	return V(1, 0, 0);
}

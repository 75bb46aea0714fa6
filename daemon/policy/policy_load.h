// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where policies come from: the file, and those of the folder policy.d beside it
// whose names are NN-*.json, in the order of their names; roles and bindings of
// all of them are one list. Without any there is the built-in policy: root may
// do everything, and the members of one group trace what is theirs. Users and groups are looked up here and never again.

#include "daemon/policy/policy.h"

struct policy_source {
	const char *file;	// NULL: there are no files, only the built-in policy
	bool must_exist;	// the file
	const char *group;	// of the built-in policy; "": none
};

// 0; -ENOENT: there is no such group (of the built-in policy), or no such file
// where it must exist; else a negative errno. why is a sentence that begins with
// file, line and key where there are such.
int policy_load(struct policy **pp, const struct policy_source *source, struct reason *why);

// From a text, for tests; name is that of a file.
int policy_parse(struct policy **pp, const char *name, const char *text, size_t len, struct reason *why);

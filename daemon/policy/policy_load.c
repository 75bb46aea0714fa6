// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Finding and putting together the files of a policy, see policy_load.h.

#include "daemon/policy/policy_load.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/log.h"
#include "daemon/policy/config.h"
#include "daemon/policy/policy_parse.h"

static void unrefp(struct policy **p)
{
	policy_unref(*p);
}

static struct policy *new_policy(void)
{
	struct policy *p = calloc(1, sizeof *p);

	if (p)
		p->refs = 1;
	return p;
}

// ---- the built-in policy ---------------------------------------------------

// %s: a binding of the group, or nothing.
static const char builtin[] =
	"{ \"version\": 1,\n"
	"  \"roles\": {\n"
	"    \"root\": { \"classes\": [\"kernel\", \"destructive\"], \"admin\": [\"*\"],\n"
	"      \"limits\": { \"connections\": 256, \"sessions\": 256, \"kernel_programs\": 8192,\n"
	"        \"segment_bytes\": \"4GiB\", \"buffer_bytes\": \"4GiB\", \"maps\": 8192, \"map_bytes\": \"1GiB\",\n"
	"        \"compiles\": 1024, \"resolves\": 256, \"user_places\": 262144, \"duration\": \"unlimited\", \"idle\": \"unlimited\" } },\n"
	"    \"group\": { \"classes\": [\"user\"], \"limits\": { \"sessions\": 8, \"profile_hz_max\": 1000,\n"
	"        \"duration\": \"unlimited\", \"idle\": \"7d\" } } },\n"
	"  \"bindings\": [ { \"match\": { \"uid\": 0 }, \"role\": \"root\" }%s ] }\n";

static int load_builtin(struct policy *p, const char *group, struct reason *why)
{
	char text[sizeof builtin + 80], binding[80] = "";
	struct group *g = *group ? getgrnam(group) : NULL;

	if (*group && !g) {
		reason_set(why, "there is no group '%s'", group);
		return -ENOENT;
	}
	if (g)
		snprintf(binding, sizeof binding, ", { \"match\": { \"gid\": %u }, \"role\": \"group\" }", g->gr_gid);
	snprintf(text, sizeof text, builtin, binding);
	p->builtin = true;
	p->group = g ? strdup(group) : NULL;
	return g && !p->group ? -ENOMEM : policy_parse_file(p, "the built-in policy", text, strlen(text), why);
}

// ---- files -----------------------------------------------------------------

// 1: it was there.
static int load_file(struct policy *p, const char *path, struct reason *why)
{
	CLEANUP(freep) char *text = NULL;
	size_t len;
	int r = config_read_file(path, &text, &len, why);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = policy_parse_file(p, path, text, len, why);
	return r < 0 ? r : 1;
}

static int is_part(const struct dirent *e)
{
	return fnmatch("[0-9][0-9]-*.json", e->d_name, FNM_PERIOD) == 0;
}

// Nobody but root may put files there either.
static int check_folder(const char *path, struct reason *why)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISDIR(st.st_mode))
		reason_set(why, "%s: it is not a directory", path);
	else if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH)))
		reason_set(why, "%s: others than root may write to it", path);
	else
		return 1;
	return -EINVAL;
}

static void free_entries(struct dirent **entries, int n)
{
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
}

// The number of files that were read.
static int load_folder(struct policy *p, const char *path, struct reason *why)
{
	struct dirent **entries = NULL;
	int r = check_folder(path, why), found = 0, n;

	if (r <= 0)
		return r;
	n = scandir(path, &entries, is_part, alphasort);
	if (n < 0) {
		reason_set(why, "%s: it cannot be read: %s", path, strerror(errno));
		return -errno;
	}
	for (int i = 0; i < n && r >= 0; i++) {
		CLEANUP(freep) char *file = NULL;

		r = asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0 ? -ENOMEM : load_file(p, file, why);
		found += r > 0;
	}
	free_entries(entries, n);
	return r < 0 ? r : found;
}

static int load_files(struct policy *p, const struct policy_source *source, struct reason *why)
{
	CLEANUP(freep) char *folder = NULL;
	const char *slash = strrchr(source->file, '/');
	int r = load_file(p, source->file, why), n;

	if (r < 0 || (!r && source->must_exist)) {
		if (!r)
			reason_set(why, "%s: %s", source->file, strerror(ENOENT));
		return r < 0 ? r : -ENOENT;
	}
	if (asprintf(&folder, "%.*spolicy.d", slash ? (int)(slash + 1 - source->file) : 0, source->file) < 0)
		return -ENOMEM;
	n = load_folder(p, folder, why);
	return n < 0 ? n : r + n;
}

int policy_load(struct policy **pp, const struct policy_source *source, struct reason *why)
{
	CLEANUP(unrefp) struct policy *p = new_policy();
	int r = p ? 0 : -ENOMEM;

	reason_set(why, "%s", "");
	if (r >= 0 && source->file)
		r = load_files(p, source, why);
	if (r == 0)
		r = load_builtin(p, source->group, why);
	if (r >= 0)
		r = policy_finish(p, why);
	if (r < 0) {
		if (!*why->text)
			reason_set(why, "the policy cannot be read: %s", strerror(-r));
		return r;
	}
	*pp = p;
	p = NULL;
	return 0;
}

int policy_parse(struct policy **pp, const char *name, const char *text, size_t len, struct reason *why)
{
	CLEANUP(unrefp) struct policy *p = new_policy();
	int r = p ? policy_parse_file(p, name, text, len, why) : -ENOMEM;

	if (r >= 0)
		r = policy_finish(p, why);
	if (r < 0)
		return r;
	*pp = p;
	p = NULL;
	return 0;
}

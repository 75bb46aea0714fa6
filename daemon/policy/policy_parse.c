// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The keys of policy files, see policy_parse.h.

#include "daemon/policy/policy_parse.h"

#include <errno.h>
#include <grp.h>
#include <json-c/json.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/policy/config.h"
#include "providers/glob.h"

enum { FORMAT = 1, MAX_ROLES = 1024, MAX_BINDINGS = 4096, MAX_NAME = 64 };

// ---- words -----------------------------------------------------------------

static int read_text(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	char **to = (char **)((char *)target + key->at);
	const char *text = config_text(c, value);

	if (!text)
		return -EINVAL;
	if (!*text || glob_too_many(text))
		return config_fail(c, *text ? "there are too many stars" : "it is empty");
	free(*to);
	*to = strdup(text);
	return *to ? 0 : -ENOMEM;
}

typedef const char *name_fn(unsigned i);

static const char *class_by_number(unsigned i)
{
	return class_name((enum class)i);
}

static const char *admin_by_number(unsigned i)
{
	return admin_name((enum admin)i);
}

// Sets the bit of a word that one of n has; "*" has all where that is allowed.
static int read_word(struct config *c, struct json_object *value, name_fn *name, unsigned n, bool star, uint32_t *set)
{
	const char *text = config_text(c, value);
	struct reason all = { "" };
	size_t len = 0;

	if (!text)
		return -EINVAL;
	if (star && strcmp(text, "*") == 0) {
		*set |= (1u << n) - 1;
		return 0;
	}
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(text, name(i)) == 0) {
			*set |= 1u << i;
			return 0;
		}
		len += (size_t)snprintf(all.text + len, sizeof all.text - len, "%s%s", i ? ", " : "", name(i));
	}
	return config_fail(c, "there is no '%.60s'; there are %s%s", text, all.text, star ? " and *" : "");
}

// ---- roles -----------------------------------------------------------------

// What has no meaning until the guard and the compiler know it is refused.
static const bool is_supported[CLASS_N] = {
	[CLASS_PROC] = true, [CLASS_USER] = true, [CLASS_KERNEL] = true, [CLASS_DESTRUCTIVE] = true,
};

static int read_class(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	uint32_t set = 0, *classes = target;
	int r = read_word(c, value, class_by_number, CLASS_N, false, &set);

	(void)key;
	for (int i = 0; i < CLASS_N && r >= 0; i++) {
		if (set >> i & 1 && !is_supported[i])
			return config_fail(c, "the class '%s' is not there in this version", class_name((enum class)i));
	}
	*classes |= set;
	return r;
}

static int read_classes(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	return config_list(c, value, read_class, (char *)target + key->at);
}

static int read_admin_word(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	(void)key;
	return read_word(c, value, admin_by_number, ADMIN_N, true, target);
}

static int read_admin(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	return config_list(c, value, read_admin_word, (char *)target + key->at);
}

static int read_pattern(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	const char *text = config_text(c, value), *what = NULL;
	struct reason where;
	int r;

	(void)key;
	if (!text)
		return -EINVAL;
	reason_set(&where, "%s:%u", c->name, config_line(c));
	r = patterns_add(target, text, where.text, &what);
	return what ? config_fail(c, "%s", what) : r;
}

static int read_patterns(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct patterns *p = (struct patterns *)((char *)target + key->at);

	p->given = true;
	return config_list(c, value, read_pattern, p);
}

static const struct config_key probes_keys[] = {
	{ .name = "allow", .read = read_patterns, .at = offsetof(struct role, allow) },
	{ .name = "deny", .read = read_patterns, .at = offsetof(struct role, deny) },
	{ .name = NULL },
};

static int read_probes(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	(void)key;
	return config_object(c, value, probes_keys, target);
}

static config_fn *const unit_readers[] = {
	[UNIT_COUNT] = config_count, [UNIT_BYTES] = config_bytes, [UNIT_MS] = config_ms,
};

static const struct role *find_role(const struct policy *p, const char *name)
{
	for (uint32_t i = 0; i < p->nroles; i++) {
		if (strcmp(p->roles[i]->name, name) == 0)
			return p->roles[i];
	}
	return NULL;
}

// A role that is made, and of which policy.
struct new_role {
	struct policy *policy;
	struct role *role;
};

// Limits of a role above, so that there are no circles. It is the first key, as the others
// are said to be other than in that.
static int inherit(struct config *c, struct json_object *value, struct new_role *n)
{
	const char *name = config_text(c, value);
	const struct role *from = name ? find_role(n->policy, name) : NULL;

	if (!name)
		return -EINVAL;
	if (!from || from == n->role)
		return config_fail(c, "there is no role '%.60s' above this one", name);
	memcpy(n->role->limits, from->limits, sizeof from->limits);
	return 0;
}

static int read_limit(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct new_role *n = target;

	if (strcmp(key->name, "inherit") == 0)
		return 0;
	for (unsigned i = 0; i < LIMIT_N; i++) {
		const struct limit_row *row = limit_row(i);
		struct config_key limit = { key->name, NULL, i * sizeof(uint64_t), row->min, row->max, 0 };

		if (strcmp(key->name, row->key) != 0)
			continue;
		if (row->unit == UNIT_MS && json_object_is_type(value, json_type_string) &&
		    strcmp(json_object_get_string(value), "unlimited") == 0) {
			n->role->limits[i] = LIMIT_UNLIMITED;
			return 0;
		}
		return unit_readers[row->unit](c, &limit, value, n->role->limits);
	}
	return config_fail(c, "there is no such limit");
}

static int read_inherit(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	return strcmp(key->name, "inherit") == 0 ? inherit(c, value, target) : 0;
}

// What is inherited goes first, wherever it is written.
static int read_limits(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	int r = config_each(c, value, read_inherit, target);

	(void)key;
	return r < 0 ? r : config_each(c, value, read_limit, target);
}

static int read_of_role(struct config *c, const struct config_key *key, struct json_object *value, void *target);

static const struct config_key role_keys[] = {
	{ .name = "classes", .read = read_of_role, .arg = 0 },
	{ .name = "admin", .read = read_of_role, .arg = 1 },
	{ .name = "probes", .read = read_of_role, .arg = 2 },
	{ .name = "detached", .read = read_of_role, .arg = 3 },
	{ .name = "limits", .read = read_limits },
	{ .name = NULL },
};

// Those whose target is the role alone, in the order of role_keys.
static const struct config_key plain_keys[] = {
	{ .read = read_classes, .at = offsetof(struct role, classes) },
	{ .read = read_admin, .at = offsetof(struct role, admin) },
	{ .read = read_probes },
	{ .read = config_bool, .at = offsetof(struct role, detached) },
};

static int read_of_role(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	const struct new_role *n = target;

	return plain_keys[key->arg].read(c, &plain_keys[key->arg], value, n->role);
}

static int add_role(struct policy *p, const char *name, struct role **rp)
{
	struct role **roles = realloc(p->roles, (p->nroles + 1) * sizeof *roles), *r;

	if (!roles)
		return -ENOMEM;
	p->roles = roles;
	r = calloc(1, sizeof *r);
	if (!r || !(r->name = strdup(name))) {
		free(r);
		return -ENOMEM;
	}
	r->detached = true;
	for (unsigned i = 0; i < LIMIT_N; i++)
		r->limits[i] = limit_row(i)->normal;
	roles[p->nroles++] = r;
	*rp = r;
	return 0;
}

static int read_role(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct new_role n = { .policy = target };
	int r;

	if (strlen(key->name) > MAX_NAME)
		return config_fail(c, "the name is too long");
	if (find_role(n.policy, key->name))
		return config_fail(c, "another file has a role of this name");
	if (n.policy->nroles == MAX_ROLES)
		return config_fail(c, "there are too many roles");
	r = add_role(n.policy, key->name, &n.role);
	if (r >= 0)
		r = config_object(c, value, role_keys, &n);
	if (r < 0)
		return r;
	n.role->classes = classes_closure(n.role->classes);
	return n.role->classes ? 0 : config_fail(c, "a role has at least one class");
}

static int read_roles(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	(void)key;
	return config_each(c, value, read_role, target);
}

// ---- bindings --------------------------------------------------------------

static int read_number(struct config *c, const struct config_key *key, struct json_object *value, uint32_t *n)
{
	uint64_t number;
	struct config_key row = { key->name, NULL, 0, 0, UINT32_MAX - 1, 0 };	// the last one is no id
	int r = config_count(c, &row, value, &number);

	if (r >= 0)
		*n = (uint32_t)number;
	return r;
}

static int twice(struct config *c, const char *what)
{
	return config_fail(c, "there is a %s already", what);
}

static int read_uid(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct binding *b = target;

	if (b->has_uid)
		return twice(c, "user");
	b->has_uid = true;
	return read_number(c, key, value, &b->uid);
}

static int read_gid(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct binding *b = target;

	if (b->has_gid)
		return twice(c, "group");
	b->has_gid = true;
	return read_number(c, key, value, &b->gid);
}

// A policy may be for many hosts, so that a name that is not here is no error.
static void bind_nobody(struct config *c, struct binding *b, const char *what, const char *name)
{
	b->never = true;
	log_warning("%s:%u: %s: there is no %s '%.60s', so that this binding is for nobody", c->name, config_line(c),
		c->path, what, name);
}

static int read_user(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	const char *name = config_text(c, value);
	struct binding *b = target;
	struct passwd *pw;

	(void)key;
	if (!name)
		return -EINVAL;
	if (b->has_uid)
		return twice(c, "user");
	pw = getpwnam(name);
	if (pw)
		b->uid = pw->pw_uid;
	else
		bind_nobody(c, b, "user", name);
	b->has_uid = true;
	return 0;
}

static int read_group(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	const char *name = config_text(c, value);
	struct binding *b = target;
	struct group *g;

	(void)key;
	if (!name)
		return -EINVAL;
	if (b->has_gid)
		return twice(c, "group");
	g = getgrnam(name);
	if (g)
		b->gid = g->gr_gid;
	else
		bind_nobody(c, b, "group", name);
	b->has_gid = true;
	return 0;
}

static int read_userns(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	const char *text = config_text(c, value);
	struct binding *b = target;

	(void)key;
	if (!text)
		return -EINVAL;
	b->any_userns = strcmp(text, "any") == 0;
	b->userns_given = true;
	return b->any_userns || strcmp(text, "init") == 0 ? 0 : config_fail(c, "it is \"init\" or \"any\"");
}

static const struct config_key match_keys[] = {
	{ .name = "uid", .read = read_uid },
	{ .name = "gid", .read = read_gid },
	{ .name = "user", .read = read_user },
	{ .name = "group", .read = read_group },
	{ .name = "unit", .read = read_text, .at = offsetof(struct binding, unit) },
	{ .name = "cgroup", .read = read_text, .at = offsetof(struct binding, cgroup) },
	{ .name = "userns", .read = read_userns },
	{ .name = NULL },
};

static int read_match(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct binding *b = target;
	int r = config_object(c, value, match_keys, b);

	(void)key;
	if (r >= 0 && !b->has_uid && !b->has_gid && !b->unit && !b->cgroup)
		return config_fail(c, "uid, user, gid, group, unit or cgroup is wanted here");
	return r;
}

static const struct config_key binding_keys[] = {
	{ .name = "match", .read = read_match },
	{ .name = "role", .read = read_text, .at = offsetof(struct binding, role_name) },
	{ .name = NULL },
};

static int read_binding(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	struct policy *p = target;
	struct binding *all, *b;
	int r;

	if (p->nbindings == MAX_BINDINGS)
		return config_fail(c, "there are too many bindings");
	all = realloc(p->bindings, (p->nbindings + 1) * sizeof *all);
	if (!all)
		return -ENOMEM;
	p->bindings = all;
	b = &all[p->nbindings++];
	*b = (struct binding){ 0 };
	if (asprintf(&b->where, "%s: bindings[%u]", c->name, key->arg) < 0) {
		b->where = NULL;
		return -ENOMEM;
	}
	r = config_object(c, value, binding_keys, b);
	if (r >= 0 && !b->role_name)
		return config_fail(c, "the key \"role\" is missing");
	if (r >= 0 && !b->has_uid && !b->has_gid && !b->unit && !b->cgroup)
		return config_fail(c, "the key \"match\" is missing");
	return r;
}

static int read_bindings(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	(void)key;
	return config_list(c, value, read_binding, target);
}

// ---- the file --------------------------------------------------------------

static const struct config_key never_keys[] = {
	{ .name = "probes", .read = read_patterns, .at = offsetof(struct policy, never) },
	{ .name = NULL },
};

static int read_never(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	(void)key;
	return config_object(c, value, never_keys, target);
}

static const struct config_key settings_keys[] = {
	{ .name = "never", .read = read_never },
	{ .name = NULL },
};

static int read_settings(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	(void)key;
	return config_object(c, value, settings_keys, target);
}

static int read_version(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	uint64_t version;
	struct config_key row = { key->name, NULL, 0, FORMAT, FORMAT, 0 };

	(void)target;
	return config_count(c, &row, value, &version);
}

static const struct config_key file_keys[] = {
	{ .name = "version", .read = read_version },
	{ .name = "settings", .read = read_settings },
	{ .name = "roles", .read = read_roles },
	{ .name = "bindings", .read = read_bindings },
	{ .name = NULL },
};

// Bindings get the roles of all files so far, and those that come.
static int check_roles(struct config *c, struct policy *p, uint32_t first)
{
	for (uint32_t i = first; i < p->nbindings; i++) {
		if (find_role(p, p->bindings[i].role_name))
			continue;
		snprintf(c->path, sizeof c->path, "bindings[%u].role", i - first);
		return config_fail(c, "there is no role '%.60s' in this file or one before it", p->bindings[i].role_name);
	}
	return 0;
}

int policy_parse_file(struct policy *p, const char *name, const char *text, size_t len, struct reason *why)
{
	uint32_t first = p->nbindings;
	struct config c;
	int r = config_parse(&c, name, text, len, why);

	if (r < 0)
		return r;
	r = config_object(&c, c.root, file_keys, p);
	if (r >= 0 && !json_object_object_get_ex(c.root, "version", NULL))
		r = config_fail(&c, "the key \"version\" is missing; this is version %d", FORMAT);
	if (r >= 0)
		r = check_roles(&c, p, first);
	config_deinit(&c);
	return r;
}

int policy_finish(struct policy *p, struct reason *why)
{
	struct peer root = { .userns = PEER_USERNS_OURS };
	bool good;

	for (uint32_t i = 0; i < p->nbindings; i++)
		p->bindings[i].role = find_role(p, p->bindings[i].role_name);
	policy_bind(p, &root);
	good = root.role && role_has_class(root.role, CLASS_KERNEL) && root.role->admin == (1u << ADMIN_N) - 1 &&
		!root.role->allow.given && root.role->limits[CHARGE_SESSIONS];
	if (!good && root.role)
		reason_set(why, "%s: this binding would lock root out: the role of uid 0 has the class 'kernel', the admin "
			"right \"*\", no list of allowed probes, and at least one session", root.binding->where);
	else if (!good)
		reason_set(why, "the policy would lock root out: no binding matches uid 0");
	policy_unref(p);	// the peer's
	return good ? 0 : -EINVAL;
}

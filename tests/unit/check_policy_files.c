// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Policy files: what they say arrives, and each mistake is named by file, line and key.

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/policy/policy_load.h"
#include "tests/unit/suite.h"
#include "tests/unit/workdir.h"

static struct reason why;

#define ROOT "\"root\": { \"classes\": [\"kernel\", \"destructive\"], \"admin\": [\"*\"] }"
#define BIND_ROOT "{ \"match\": { \"uid\": 0 }, \"role\": \"root\" }"
#define HEAD "{ \"version\": 1,\n"

static int parse(struct policy **p, const char *text)
{
	return policy_parse(p, "p.json", text, strlen(text), &why);
}

static struct peer bound(struct policy *p, uid_t uid, gid_t gid)
{
	struct peer peer = { .uid = uid, .gid = gid, .userns = PEER_USERNS_OURS };

	policy_bind(p, &peer);
	return peer;
}

static const char *role_of(struct policy *p, struct peer peer)
{
	policy_bind(p, &peer);
	policy_unref(p);	// the peer's
	return peer.role ? peer.role->name : "none";
}

static const char whole[] = HEAD
	"\"settings\": { \"never\": { \"probes\": [ \"fbt::bpf_*:\" ] } },\n"
	"\"roles\": {\n" ROOT ",\n"
	"\"developer\": { \"classes\": [\"user\"], \"admin\": [\"list\", \"kill-any\"],\n"
	"  \"probes\": { \"allow\": [\"syscall:::\", \"pid*:::\"], \"deny\": [\"syscall::ptrace:\"] },\n"
	"  \"limits\": { \"sessions\": 4, \"map_bytes\": \"8MiB\", \"buffer_bytes\": 4096, \"duration\": \"15m\" } },\n"
	"\"fleet\": { \"classes\": [\"kernel\"], \"detached\": false,\n"
	"  \"limits\": { \"duration\": \"unlimited\", \"inherit\": \"developer\", \"sessions\": 16 } } },\n"
	"\"bindings\": [ " BIND_ROOT ",\n"
	"  { \"match\": { \"unit\": \"otel-*.service\", \"uid\": 70 }, \"role\": \"fleet\" },\n"
	"  { \"match\": { \"cgroup\": \"/ci.slice/*\", \"userns\": \"any\" }, \"role\": \"fleet\" },\n"
	"  { \"match\": { \"gid\": 50, \"userns\": \"init\" }, \"role\": \"developer\" },\n"
	"  { \"match\": { \"gid\": 60 }, \"role\": \"developer\" } ] }\n";

START_TEST(roles_are_what_the_file_says)
{
	static const char *const ptrace[] = { "syscall", "vmlinux", "ptrace", "entry" };
	static const char *const bpf[] = { "fbt", "vmlinux", "bpf_prog_load", "return" };
	static const char *const tcp[] = { "fbt", "vmlinux", "tcp_sendmsg", "entry" };
	struct policy *p;
	const struct role *r;

	ck_assert_msg(parse(&p, whole) == 0, "%s", why.text);
	ck_assert_uint_eq(p->nroles, 3);
	r = p->roles[1];
	ck_assert_str_eq(r->name, "developer");
	ck_assert_uint_eq(r->classes, 1 << CLASS_PROC | 1 << CLASS_USER);
	ck_assert_uint_eq(r->admin, 1 << ADMIN_LIST | 1 << ADMIN_KILL_ANY);
	ck_assert_uint_eq(r->limits[CHARGE_SESSIONS], 4);
	ck_assert_uint_eq(r->limits[CHARGE_MAP_BYTES], 8 << 20);
	ck_assert_uint_eq(r->limits[CHARGE_BUFFER_BYTES], 4096);
	ck_assert_uint_eq(r->limits[LIMIT_DURATION], 15 * 60 * 1000);
	ck_assert_uint_eq(r->limits[CHARGE_COMPILES], limit_row(CHARGE_COMPILES)->normal);
	ck_assert_uint_eq(p->roles[2]->limits[CHARGE_SESSIONS], 16);
	ck_assert_uint_eq(p->roles[2]->limits[CHARGE_MAP_BYTES], 8 << 20);
	ck_assert_uint_eq(p->roles[2]->limits[LIMIT_DURATION], LIMIT_UNLIMITED);
	ck_assert(r->detached && !p->roles[2]->detached);
	ck_assert_ptr_nonnull(patterns_find(&r->allow, ptrace));
	ck_assert_str_eq(patterns_find(&r->deny, ptrace)->text, "syscall::ptrace:");
	ck_assert_str_eq(patterns_find(&r->deny, ptrace)->where, "p.json:6");
	ck_assert_ptr_null(patterns_find(&r->allow, tcp));
	ck_assert(!p->roles[2]->allow.given);
	ck_assert_ptr_nonnull(patterns_find(&p->never, bpf));
	ck_assert_ptr_null(patterns_find(&p->never, tcp));
	policy_unref(p);
}
END_TEST

START_TEST(the_first_binding_that_matches_counts)
{
	struct policy *p;
	struct peer otel = { .uid = 70, .gid = 50, .unit = (char *)"otel-agent.service", .userns = PEER_USERNS_OURS };
	struct peer ci = { .uid = 80, .gid = 80, .cgroup = (char *)"/ci.slice/a/b", .userns = PEER_USERNS_OTHER };
	struct peer member = { .uid = 70, .gid = 50, .userns = PEER_USERNS_OURS }, sixty = { .uid = 9, .gid = 60 };

	ck_assert_int_eq(parse(&p, whole), 0);
	ck_assert_str_eq(role_of(p, otel), "fleet");
	ck_assert_str_eq(role_of(p, ci), "fleet");
	ck_assert_str_eq(role_of(p, member), "developer");	// not of the unit
	ci.cgroup = NULL;
	ck_assert_str_eq(role_of(p, ci), "none");
	// Where the kernel cannot tell the namespace, only a binding that asks for it does not match.
	member.userns = PEER_USERNS_UNKNOWN;
	ck_assert_str_eq(role_of(p, member), "none");
	ck_assert_str_eq(role_of(p, sixty), "developer");
	sixty.userns = PEER_USERNS_OTHER;
	ck_assert_str_eq(role_of(p, sixty), "none");
	sixty = bound(p, 9, 60);
	ck_assert_str_eq(policy_role_text(&sixty).text, "role 'developer' (p.json: bindings[4])");
	policy_unref(p);
	sixty = bound(p, 9, 61);
	ck_assert_int_eq(policy_check(&sixty, RIGHT_LIST, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text, "uid 9 may not use dtraced: the policy binds no role to it");
	policy_unref(p);
	policy_unref(p);
}
END_TEST

#define ROLES(text) HEAD "\"roles\": {\n" ROOT ",\n" text "\n},\n\"bindings\": [ " BIND_ROOT " ] }"
#define LIMITS(text) ROLES("\"a\": { \"classes\": [\"user\"],\n\"limits\": {\n" text " } }")
#define BINDINGS(text) HEAD "\"roles\": { " ROOT " },\n\"bindings\": [\n" text " ] }"

static const struct { const char *text, *why; } bad[] = {
	{ "", "p.json:1: this is not JSON: it ends in the middle" },
	{ HEAD "\"roles\": {", "p.json:2: this is not JSON: it ends in the middle" },
	{ HEAD "\"roles\": {},\n}", "p.json:3: this is not JSON: something else is wanted here" },
	{ HEAD "\"a\": 'x' }", "p.json:2: this is not JSON: something else is wanted here" },
	{ "{ \"version\": 1 } x", "p.json:1: this is not JSON: something else is wanted here" },
	{ "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "p.json:1: this is not JSON: it is nested too deeply" },
	{ "[]", "p.json:1: an object is wanted here" },
	{ "{}", "p.json:1: the key \"version\" is missing; this is version 1" },
	{ "{ \"version\": 2 }", "p.json:1: version: it must be from 1 to 1" },
	{ HEAD "\"verison\": 1 }", "p.json:2: verison: there is no such key" },
	{ HEAD "\"roles\": null }", "p.json:2: roles: null means nothing; leave the key out" },
	{ HEAD "\"roles\": {},\n\"bindings\": [],\n\"roles\": {} }",
		"p.json:4: roles: the key is there twice, the first time in line 2" },
	{ HEAD "\"roles\": { \"a\": { \"classes\": [\"user\"],\n\"classes\": [] } } }",
		"p.json:3: roles.a.classes: the key is there twice, the first time in line 2" },
	{ HEAD "\"r\\u006fles\": {} }", "p.json:2: a key is made of letters, digits, - and _, not \"r\\u006fles\"" },
	{ HEAD "\"settings\": { \"never\": { \"executables\": [] } } }",
		"p.json:2: settings.never.executables: there is no such key" },
	{ HEAD "\"settings\": { \"never\": { \"probes\": [\n\"fbt\" ] } } }",
		"p.json:3: settings.never.probes[0]: a probe description of four fields is wanted, "
		"provider:module:function:name; those may be empty" },
	{ ROLES("\"a\": { \"classes\": \"user\" }"), "p.json:4: roles.a.classes: a list is wanted here" },
	{ ROLES("\"a\": { \"classes\": [\"user\",\n\"users\"] }"), "p.json:5: roles.a.classes[1]: there is no 'users'; "
		"there are proc, user, cgroup, kernel-stats, kernel, destructive" },
	{ ROLES("\"a\": { \"classes\": [\"cgroup\"] }"),
		"p.json:4: roles.a.classes[0]: the class 'cgroup' is not there in this version" },
	{ ROLES("\"a\": { \"classes\": [] }"), "p.json:4: roles.a: a role has at least one class" },
	{ ROLES("\"a\": { \"classes\": [7] }"), "p.json:4: roles.a.classes[0]: a text in quotes is wanted here" },
	{ ROLES("\"a\": { \"classes\": [\"user\"], \"admin\": [\"all\"] }"), "p.json:4: roles.a.admin[0]: there is no "
		"'all'; there are list, view-any, kill-any, freeze, explain-any and *" },
	{ ROLES("\"a\": { \"classes\": [\"user\"], \"probes\": { \"allow\": [\"a:b:c:d:e\"] } }"),
		"p.json:4: roles.a.probes.allow[0]: a probe description of four fields is wanted, "
		"provider:module:function:name; those may be empty" },
	{ ROLES("\"a\": { \"classes\": [\"user\"], \"probes\": { \"deny\": [\"*a*a*a*a*a*a*a*a*a*:::\"] } }"),
		"p.json:4: roles.a.probes.deny[0]: there are too many stars in one field" },
	{ LIMITS("\"session\": 4"), "p.json:6: roles.a.limits.session: there is no such limit" },
	{ LIMITS("\"sessions\": -1"), "p.json:6: roles.a.limits.sessions: it must be from 0 to 65536" },
	{ LIMITS("\"sessions\": 18446744073709551620"), "p.json:6: roles.a.limits.sessions: it must be from 0 to 65536" },
	{ LIMITS("\"sessions\": 4.5"), "p.json:6: roles.a.limits.sessions: a whole number is wanted here" },
	{ LIMITS("\"sessions\": \"4\""), "p.json:6: roles.a.limits.sessions: a whole number is wanted here" },
	{ LIMITS("\"map_bytes\": \"8MB\""), "p.json:6: roles.a.limits.map_bytes: a number of bytes is wanted here, as "
		"65536, \"64KiB\", \"8MiB\" or \"1GiB\"" },
	{ LIMITS("\"map_bytes\": \"999999999GiB\""),
		"p.json:6: roles.a.limits.map_bytes: it must be from 0 to 1099511627776 bytes" },
	{ LIMITS("\"duration\": 15"), "p.json:6: roles.a.limits.duration: a time is wanted here, as \"500ms\", \"30s\", "
		"\"15m\", \"8h\" or \"2d\"" },
	{ LIMITS("\"duration\": \"10ms\""),
		"p.json:6: roles.a.limits.duration: it must be from 1000 to 31622400000 milliseconds" },
	{ LIMITS("\"idle\": true"), "p.json:6: roles.a.limits.idle: a time is wanted here, as \"500ms\", \"30s\", \"15m\", "
		"\"8h\" or \"2d\"" },
	{ ROLES("\"a\": { \"classes\": [\"user\"],\n\"detached\": 0 }"), "p.json:5: roles.a.detached: true or false is wanted "
		"here" },
	{ LIMITS("\"inherit\": \"a\""), "p.json:6: roles.a.limits.inherit: there is no role 'a' above this one" },
	{ BINDINGS("{ \"role\": \"root\" }"), "p.json:4: bindings[0]: the key \"match\" is missing" },
	{ BINDINGS("{ \"match\": {}, \"role\": \"root\" }"),
		"p.json:4: bindings[0].match: uid, user, gid, group, unit or cgroup is wanted here" },
	{ BINDINGS("{ \"match\": { \"uid\": 0 } }"), "p.json:4: bindings[0]: the key \"role\" is missing" },
	{ BINDINGS("{ \"match\": { \"uid\": 0 },\n\"role\": \"rot\" }"),
		"p.json:5: bindings[0].role: there is no role 'rot' in this file or one before it" },
	{ BINDINGS("{ \"match\": { \"uid\": 0, \"user\": \"root\" }, \"role\": \"root\" }"),
		"p.json:4: bindings[0].match.user: there is a user already" },
	{ BINDINGS("{ \"match\": { \"uid\": 4294967295 }, \"role\": \"root\" }"),
		"p.json:4: bindings[0].match.uid: it must be from 0 to 4294967294" },
	{ BINDINGS("{ \"match\": { \"exe\": \"/bin/sh\" }, \"role\": \"root\" }"),
		"p.json:4: bindings[0].match.exe: there is no such key" },
	{ BINDINGS("{ \"match\": { \"uid\": 0, \"userns\": \"mine\" }, \"role\": \"root\" }"),
		"p.json:4: bindings[0].match.userns: it is \"init\" or \"any\"" },
	{ BINDINGS("{ \"match\": { \"unit\": \"\" }, \"role\": \"root\" }"), "p.json:4: bindings[0].match.unit: it is empty" },
	{ BINDINGS(""), "the policy would lock root out: no binding matches uid 0" },
	{ BINDINGS("{ \"match\": { \"gid\": 0 }, \"role\": \"root\" }, " BIND_ROOT), NULL },
	{ HEAD "\"roles\": { " ROOT ", \"a\": { \"classes\": [\"user\"] } },\n"
		"\"bindings\": [ { \"match\": { \"gid\": 0 }, \"role\": \"a\" }, " BIND_ROOT " ] }",
		"p.json: bindings[0]: this binding would lock root out: the role of uid 0 has the class 'kernel', the admin "
		"right \"*\", no list of allowed probes, and at least one session" },
};

START_TEST(mistakes_are_named_by_file_line_and_key)
{
	struct policy *p = NULL;
	int r = parse(&p, bad[_i].text);

	if (!bad[_i].why) {
		ck_assert_msg(r == 0, "%s", why.text);
		policy_unref(p);
		return;
	}
	ck_assert_int_eq(r, -EINVAL);
	ck_assert_str_eq(why.text, bad[_i].why);
}
END_TEST

START_TEST(a_zero_byte_is_no_end)
{
	static const char text[] = "{ \"version\": 1 }\n\0\"roles\": 7";
	struct policy *p;

	ck_assert_int_eq(policy_parse(&p, "p.json", text, sizeof text - 1, &why), -EINVAL);
	ck_assert_str_eq(why.text, "p.json:2: this is not JSON: there is a zero byte");
}
END_TEST

// ---- files -----------------------------------------------------------------

static struct workdir dir;
static char file[128], folder[128];

static void make_dir(void)
{
	workdir_init(&dir);
	snprintf(file, sizeof file, "%s/policy.json", dir.path);
	snprintf(folder, sizeof folder, "%s/policy.d", dir.path);
}

static void remove_dir(void)
{
	workdir_deinit(&dir);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static int load(struct policy **p)
{
	const struct policy_source source = { .file = file, .must_exist = true, .group = "" };

	return policy_load(p, &source, &why);
}

static void expect(const char *sentence)
{
	struct reason all;
	struct policy *p;

	ck_assert_int_lt(load(&p), 0);
	reason_set(&all, "%s: %s", file, sentence);
	ck_assert_str_eq(why.text, all.text);
}

START_TEST(files_that_others_can_change_are_refused)
{
	char other[300];

	expect("No such file or directory");
	snprintf(other, sizeof other, "%s.other", file);
	write_file(other, whole, 0644);
	ck_assert_int_eq(symlink(other, file), 0);
	expect("it is a symbolic link");
	unlink(file);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	expect("it is not a regular file");
	unlink(file);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	expect("it is not a regular file");
	rmdir(file);
	write_file(file, whole, 0664);
	expect("others than its owner may write it (mode 0664); chmod go-w makes that good");
	ck_assert_int_eq(chmod(file, 0602), 0);
	expect("others than its owner may write it (mode 0602); chmod go-w makes that good");
	ck_assert_int_eq(chmod(file, 0644), 0);
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(file, 4711, 0), 0);
		expect("it belongs to uid 4711 and not to root");
		ck_assert_int_eq(chown(file, 0, 0), 0);
	}
	ck_assert_int_eq(truncate(file, 256 * 1024 + 1), 0);
	expect("it has 262145 bytes, the maximum is 262144");
}
END_TEST

START_TEST(parts_are_read_in_order)
{
	char part[300];
	struct policy *p;

	write_file(file, whole, 0644);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	snprintf(part, sizeof part, "%s/20-b.json", folder);
	write_file(part, HEAD "\"bindings\": [ { \"match\": { \"gid\": 90 }, \"role\": \"late\" } ] }", 0644);
	snprintf(part, sizeof part, "%s/README", folder);
	write_file(part, "not a policy", 0644);
	ck_assert_int_eq(load(&p), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "policy.d/20-b.json:2: bindings[0].role: there is no role 'late'"));
	snprintf(part, sizeof part, "%s/10-a.json", folder);
	write_file(part, HEAD "\"roles\": { \"late\": { \"classes\": [\"proc\"], \"limits\": { \"inherit\": \"developer\" } } } }",
		0644);
	ck_assert_msg(load(&p) == 0, "%s", why.text);
	ck_assert_str_eq(role_of(p, (struct peer){ .uid = 5, .gid = 90 }), "late");
	ck_assert_uint_eq(p->roles[3]->limits[CHARGE_SESSIONS], 4);
	policy_unref(p);
	ck_assert_int_eq(chmod(folder, 0777), 0);
	ck_assert_int_eq(load(&p), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "policy.d: others than root may write to it"));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("policy files");

	log_level = LOG_LEVEL_ERROR;
	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, roles_are_what_the_file_says);
	tcase_add_test(t, the_first_binding_that_matches_counts);
	tcase_add_loop_test(t, mistakes_are_named_by_file_line_and_key, 0, (int)NELEMS(bad));
	tcase_add_test(t, a_zero_byte_is_no_end);
	tcase_add_test(t, files_that_others_can_change_are_refused);
	tcase_add_test(t, parts_are_read_in_order);
	return suite_run("policy files", t);
}

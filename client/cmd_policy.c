// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace policy explain [-u USER] [-n ...]: the role that the policy has for
// somebody, where it says so, and what it says to a program of theirs.

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd.h"
#include "client/failure.h"
#include "client/request.h"
#include "client/target.h"

// Whom it is about.
struct subject {
	bool other;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int ngroups;
};

static int find_groups(struct subject *s, const char *name)
{
	s->ngroups = 64;
	for (;;) {
		int n = s->ngroups;

		free(s->groups);
		s->groups = calloc((size_t)n, sizeof(gid_t));
		if (!s->groups)
			return -ENOMEM;
		if (getgrouplist(name, s->gid, s->groups, &s->ngroups) >= 0)
			return 0;
		if (s->ngroups <= n)
			s->ngroups = 2 * n;
	}
}

// By name, or by number if nobody has it as a name. 1: told the user.
static int find_subject(struct subject *s, const char *user)
{
	struct passwd *pw = getpwnam(user);
	char *end;
	unsigned long uid = strtoul(user, &end, 10);

	s->other = true;
	if (!pw && isdigit((unsigned char)*user) && !*end && uid < UINT32_MAX) {
		s->uid = (uid_t)uid;
		s->gid = (gid_t)-1;
		pw = getpwuid(s->uid);
		if (!pw)
			return 0;	// of no group
	}
	if (!pw) {
		fprintf(stderr, "dtrace: there is no user '%s'\n", user);
		return 1;
	}
	s->uid = pw->pw_uid;
	s->gid = pw->pw_gid;
	return find_groups(s, pw->pw_name);
}

// ---- the answer ------------------------------------------------------------

static void print_words(const char *title, char *const *words, size_t n, const char *none)
{
	printf("%-9s", title);
	for (size_t i = 0; i < n; i++)
		printf("%s%s", i ? ", " : "", words[i]);
	puts(n ? "" : none);
}

static void print_limits(const Dtraced__Explained *e)
{
	printf("%-9s", "limits");
	for (size_t i = 0; i < e->n_limits; i++)
		printf("%s%s %s", i ? i % 4 ? ", " : ",\n         " : "", e->limits[i]->name, e->limits[i]->value);
	puts("");
}

static int print_role(const Dtraced__Explained *e)
{
	if (!*e->role) {
		printf("uid %u: the policy has no role for it\n", e->uid);
		return EXIT_FATAL;
	}
	printf("uid %u: role '%s' (%s)\n", e->uid, e->role, e->rule);
	print_words("classes", e->classes, e->n_classes, "none");
	print_words("admin", e->admin, e->n_admin, "none");
	print_words("probes", e->allow, e->n_allow, e->has_allow ? "none" : "all that its classes allow");
	if (e->n_deny)
		print_words("but not", e->deny, e->n_deny, "");
	if (e->n_never)
		print_words("nobody", e->never, e->n_never, "");
	print_limits(e);
	return EXIT_SUCCESS;
}

static int print_verdict(const Dtraced__Reply *reply, const struct options *o)
{
	if (reply->body_case != DTRACED__REPLY__BODY_FAILURE) {
		printf("%-9sallowed; it takes the class '%s'\n", "program", reply->explained->needs);
		return EXIT_SUCCESS;
	}
	fflush(stdout);
	failure_print(reply->failure, o, "the program is refused");
	return EXIT_FATAL;
}

// ---- asking ----------------------------------------------------------------

static int ask(struct link *l, const struct subject *s, Dtraced__Compile *compile, const struct options *o,
	Dtraced__Reply **reply)
{
	Dtraced__Explain explain = DTRACED__EXPLAIN__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	int r;

	explain.other = s->other;
	explain.uid = s->uid;
	explain.gid = s->gid;
	explain.groups = s->groups;
	explain.n_groups = s->groups ? (size_t)s->ngroups : 0;
	explain.compile = compile;
	req.body_case = DTRACED__REQUEST__BODY_EXPLAIN;
	req.explain = &explain;
	r = link_call(l, &req, reply);
	if (r < 0)
		return r;
	if ((*reply)->body_case == DTRACED__REPLY__BODY_FAILURE && !compile) {
		failure_print((*reply)->failure, o, "the policy is not explained");
		return 1;
	}
	return (*reply)->body_case == DTRACED__REPLY__BODY_EXPLAINED ||
		(*reply)->body_case == DTRACED__REPLY__BODY_FAILURE ? 0 : -EBADMSG;
}

static int explain_program(const struct options *o, struct link *l, const struct subject *s, int *status)
{
	_cleanup_parts_ struct request_parts parts = { 0 };
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	struct targets *targets = NULL;
	Dtraced__Compile compile;
	int r = targets_open(o, &targets);

	if (r == 0)
		r = request_parts_init(&parts, o, targets);
	if (r == 0) {
		request_compile(&parts, o, &compile);
		r = ask(l, s, &compile, o, &reply);
	}
	if (r == 0)
		*status = print_verdict(reply, o);
	targets_close(targets);
	return r;
}

static int explain(const struct options *o, struct link *l, const struct subject *s)
{
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int status = EXIT_FATAL, r = ask(l, s, NULL, o, &reply);

	if (r == 0)
		status = print_role(reply->explained);
	if (r == 0 && status == EXIT_SUCCESS && o->ntexts)
		r = explain_program(o, l, s, &status);
	if (r < 0)
		return cmd_fail(r, "the policy is not explained");
	return r || fflush(stdout) ? EXIT_FATAL : status;
}

static int usage(void)
{
	fputs("Usage: dtrace policy explain [-u USER] [-n PROGRAM | -s FILE | ...]\n", stderr);
	return EXIT_USAGE;
}

int cmd_policy(int argc, char **argv)
{
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	struct subject s = { 0 };
	struct options o = { 0 };
	int r, skip = 1;

	if (argc < 2 || strcmp(argv[1], "explain") != 0)
		return usage();
	if (argc > 2 && strcmp(argv[2], "-u") == 0) {
		if (argc < 4)
			return usage();
		r = find_subject(&s, argv[3]);
		if (r)
			return r < 0 ? cmd_fail(r, "the policy is not explained") : EXIT_FATAL;
		skip = 3;
	}
	r = argc > skip + 1 ? options_parse(&o, argc - skip, argv + skip) : 0;
	if (r == 0)
		r = link_open(&l);
	if (r < 0)
		error_print(r, "the policy is not explained");
	r = r == 0 ? explain(&o, l, &s) : r == OPTIONS_DONE ? EXIT_SUCCESS : r < 0 ? EXIT_FATAL : r;
	options_deinit(&o);
	free(s.groups);
	return r;
}

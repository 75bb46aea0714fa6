// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace -h and -G: files that programs with probes of their own are built with.

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd.h"
#include "client/failure.h"
#include "client/linkable.h"
#include "client/outfile.h"
#include "client/request.h"

enum { LINKTYPE_ELF };			// of settings.def

static void free_path(char **path)
{
	free(*path);
}

// Without -o: FILE.h or FILE.o of the last -s FILE.d, here; else d.out.
static int result_path(const struct options *o, char **pathp)
{
	const char *name = NULL, *slash;
	size_t n;

	if (o->output)
		return (*pathp = strdup(o->output)) ? 0 : -ENOMEM;
	for (size_t i = 0; i < o->ntexts; i++)
		if (o->texts[i].kind == TEXT_FILE)
			name = o->texts[i].arg;
	n = name ? strlen(name) : 0;
	if (n < 3 || strcmp(name + n - 2, ".d") != 0)
		return (*pathp = strdup("d.out")) ? 0 : -ENOMEM;
	slash = strrchr(name, '/');
	n -= 2 + (slash ? (size_t)(slash + 1 - name) : 0);
	return asprintf(pathp, "%.*s.%c", (int)n, slash ? slash + 1 : name,
			o->mode == MODE_HEADER ? 'h' : 'o') < 0 ? -ENOMEM : 0;
}

// The machine of all the objects; without any, this one's. 1: told the user.
static int find_machine(const struct options *o, uint32_t *machine)
{
	const char *first = NULL;
	uint16_t m;

	*machine = linkable_native();
	if (o->mode == MODE_HEADER)
		return 0;
	for (size_t i = 0; i < o->nobjects; i++) {
		if (linkable_check(o->objects[i], &m))
			return 1;
		if (m && first && m != *machine) {
			fprintf(stderr, "dtrace: failed to link %s: it is for another machine than %s\n",
				o->objects[i], first);
			return 1;
		}
		if (m && !first) {
			first = o->objects[i];
			*machine = m;
		}
	}
	if (*machine == EM_X86_64 || *machine == EM_AARCH64)
		return 0;
	fprintf(stderr, "dtrace: failed to link %s: probes are possible in programs for x86-64 and arm64 only\n",
		first ? first : "for this machine");
	return 1;
}

static int finish(const struct options *o, const Dtraced__Compiled *m)
{
	__attribute__((cleanup(free_path))) char *path = NULL;
	int r = result_path(o, &path);

	if (*m->dump)
		fputs(m->dump, stderr);
	for (size_t i = 0; i < m->file->n_warnings; i++)
		fprintf(stderr, "dtrace: warning: %s\n", m->file->warnings[i]);
	if (r == 0)
		r = outfile_write(path, m->file->data.data, m->file->data.len);
	if (r == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "dtrace: failed to write %s: %s\n", path ? path : "the result", strerror(-r));
	return EXIT_FATAL;
}

int cmd_make(const struct options *o, struct link *l)
{
	_cleanup_parts_ struct request_parts parts = { 0 };
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	Dtraced__Compile body;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	uint32_t machine;
	int r;

	if (settings_get(&o->settings, OPT_linktype) != LINKTYPE_ELF) {
		fprintf(stderr, "dtrace: failed to set -x linktype: probes are described in ELF notes, there is no DOF\n");
		return EXIT_FATAL;
	}
	if (find_machine(o, &machine))
		return EXIT_FATAL;
	r = request_parts_init(&parts, o, NULL);
	if (r < 0)
		return cmd_fail(r, "failed to compile");
	request_compile(&parts, o, &body);
	body.product = o->mode == MODE_HEADER ? DTRACED__PRODUCT__PRODUCT_HEADER :
						DTRACED__PRODUCT__PRODUCT_SITES;
	body.machine = machine;
	req.body_case = DTRACED__REQUEST__BODY_COMPILE;
	req.compile = &body;
	r = link_call(l, &req, &reply);
	if (r < 0)
		return cmd_fail(r, "failed to compile");
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, o, "failed to compile");
		return EXIT_FATAL;
	}
	if (reply->body_case != DTRACED__REPLY__BODY_COMPILED || !reply->compiled->file)
		return cmd_fail(-EBADMSG, "failed to compile");
	return finish(o, reply->compiled);
}

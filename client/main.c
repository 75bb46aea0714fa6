// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace: reads the command line, connects, does what the mode says.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/failure.h"
#include "proto/version.h"

static int cmd_version(const struct options *o __attribute__((unused)), struct link *l __attribute__((unused)))
{
	puts("dtrace: dtraced " DTRACED_VERSION ", D 1.13");
	return fflush(stdout) ? cmd_fail(-errno, "failed to write") : EXIT_SUCCESS;
}

static const struct command {
	int (*run)(const struct options *o, struct link *l);
	int (*open)(struct link **l);	// NULL: needs no daemon
	bool needs_program;
} commands[] = {
	[MODE_TRACE] = { cmd_trace, link_open, true },
	[MODE_LIST] = { cmd_list, link_open, false },
	[MODE_HEADER] = { cmd_make, link_open_maker, true },
	[MODE_LINK] = { cmd_make, link_open_maker, true },
	[MODE_VERSION] = { cmd_version, NULL, false },
};

static const struct command attach_command = { cmd_attach, link_open_service, false };

// The first argument, if it is one of these. Such a word has arguments of its own, or an
// option line like that of tracing.
static const struct word {
	const char *word;
	int (*run)(int argc, char **argv);
	const struct command *command;
} words[] = {
	{ "attach", NULL, &attach_command },
	{ "examples", cmd_examples, NULL },
	{ "freeze", cmd_freeze, NULL },
	{ "kill", cmd_control, NULL },
	{ "list", cmd_sessions, NULL },
	{ "pause", cmd_control, NULL },
	{ "policy", cmd_policy, NULL },
	{ "resume", cmd_control, NULL },
	{ "show", cmd_show, NULL },
	{ "thaw", cmd_freeze, NULL },
	{ "top", cmd_top, NULL },
};

static const struct word *find_word(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(argv[1], words[i].word) == 0)
			return &words[i];
	return NULL;
}

static int open_link(const struct options *o, const struct command *cmd, struct link **l)
{
	if (!cmd->open)
		return 0;
	return o->detach ? link_open_service(l) : cmd->open(l);
}

static int run(const struct options *o, const struct command *cmd)
{
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	int r;

	if (cmd->needs_program && !o->ntexts) {
		fprintf(stderr, "dtrace: no probes specified\n");
		return EXIT_FATAL;
	}
	r = open_link(o, cmd, &l);
	if (r < 0)
		error_print(r, "failed to initialize dtrace");
	return r ? EXIT_FATAL : cmd->run(o, l);
}

// A standard descriptor that was closed would become the first socket, and what
// is printed would go there. On these, reading and writing fail as they should.
static void fill_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_PATH);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const struct word *word = find_word(argc, argv);
	struct options o;
	int r;

	fill_standard_fds();
	signal(SIGPIPE, SIG_IGN);
	if (word && word->run)
		return word->run(argc - 1, argv + 1);
	r = word ? options_parse(&o, argc - 1, argv + 1) : options_parse(&o, argc, argv);
	if (r < 0)
		error_print(r, "failed to read the command line");
	if (r == OPTIONS_DONE)
		r = fflush(stdout) ? EXIT_FATAL : EXIT_SUCCESS;
	else
		r = r < 0 ? EXIT_FATAL : r > 0 ? r : run(&o, word ? word->command : &commands[o.mode]);
	options_deinit(&o);
	return r;
}

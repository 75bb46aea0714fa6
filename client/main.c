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

// The first argument, if it is one of these, has arguments of its own.
static const struct word {
	const char *word;
	int (*run)(int argc, char **argv);
} words[] = {
	{ "examples", cmd_examples },
	{ "policy", cmd_policy },
};

static const struct word *find_word(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(argv[1], words[i].word) == 0)
			return &words[i];
	return NULL;
}

static int run(const struct options *o)
{
	const struct command *cmd = &commands[o->mode];
	__attribute__((cleanup(link_closep))) struct link *l = NULL;
	int r;

	if (cmd->needs_program && !o->ntexts) {
		fprintf(stderr, "dtrace: no probes specified\n");
		return EXIT_FATAL;
	}
	if (cmd->open) {
		r = cmd->open(&l);
		if (r < 0)
			error_print(r, "failed to initialize dtrace");
		if (r)
			return EXIT_FATAL;
	}
	return cmd->run(o, l);
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
	if (word)
		return word->run(argc - 1, argv + 1);
	r = options_parse(&o, argc, argv);
	if (r < 0)
		error_print(r, "failed to read the command line");
	if (r == OPTIONS_DONE)
		r = fflush(stdout) ? EXIT_FATAL : EXIT_SUCCESS;
	else
		r = r < 0 ? EXIT_FATAL : r > 0 ? r : run(&o);
	options_deinit(&o);
	return r;
}

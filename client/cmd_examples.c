// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace examples: a working command for each question, from examples.def.

#include <stdio.h>
#include <stdlib.h>

#include "client/cmd.h"

static const struct example {
	const char *question;	// or the title of a group
	const char *command;	// NULL: a title
} examples[] = {
#define TOPIC(title) { title, NULL },
#define EXAMPLE(question, command) { question, command },
#include "client/examples.def"
#undef TOPIC
#undef EXAMPLE
};

int cmd_examples(int argc, char **argv)
{
	if (argc != 1) {
		fprintf(stderr, "Usage: dtrace %s\n", argv[0]);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *e = &examples[i];

		if (e->command)
			printf("  # %s\n  %s\n", e->question, e->command);
		else
			printf("%s%s\n\n", i ? "\n" : "", e->question);
	}
	return fflush(stdout) ? EXIT_FATAL : EXIT_SUCCESS;
}

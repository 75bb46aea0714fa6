// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// How long a warm compile takes: compile ROUNDS [-s FILE | -n TEXT]... prints
// for each text the median CPU time of ROUNDS compiles in microseconds and its
// lines. Each is in a process of its own, forked when all is warm, as in the
// daemon; the fork is not counted.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/compile/warm.h"
#include "dlang/dlang.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"

enum { MAX_ROUNDS = 1000, MAX_TEXT = 1 << 20 };

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int compile(struct warm *w, const struct dlang_text *text)
{
	struct catalogue *c = catalogue_layer(w->arena, w->interns, w->catalogue, 1000000, 0);
	struct probe_source source = catalogue_source(c);
	struct dlang_env env = { .arena = w->arena, .interns = w->interns,
				 .types = types_new(w->arena, w->interns, w->btf), .probes = &source,
				 .ncpus = 2, .prelude = w->prelude, .symbols = w->symbols };
	struct dlang_request req = { .texts = text, .ntexts = 1, .max_probes = 100000 };
	struct dlang_result res = { 0 };

	return dlang_compile(&env, &req, &res);
}

// Nanoseconds, or -1 when the program is refused.
static int64_t time_one(struct warm *w, const struct dlang_text *text)
{
	int64_t ns = -1;
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		exit(2);
	pid = fork();
	if (!pid) {
		int64_t start = now();

		ns = compile(w, text) ? -1 : now() - start;
		_exit(write(fds[1], &ns, sizeof ns) != sizeof ns);
	}
	close(fds[1]);
	if (pid < 0 || read(fds[0], &ns, sizeof ns) != sizeof ns)
		ns = -1;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return ns;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *s = malloc(MAX_TEXT);

	if (!f || !s) {
		perror(path);
		exit(2);
	}
	*len = fread(s, 1, MAX_TEXT, f);
	fclose(f);
	return s;
}

static void measure(struct warm *w, const struct dlang_text *text, int rounds)
{
	int64_t ns[MAX_ROUNDS];
	uint32_t lines = 1;

	for (int i = 0; i < rounds; i++)
		ns[i] = time_one(w, text);
	qsort(ns, (size_t)rounds, sizeof *ns, by_size);
	for (size_t i = 0; i < text->len; i++)
		lines += text->text[i] == '\n';
	printf("%.0f %u\n", ns[0] < 0 ? -1.0 : (double)ns[rounds / 2] / 1000, lines);
}

int main(int argc, char **argv)
{
	int rounds = argc > 3 ? atoi(argv[1]) : 0;
	const char *why = "compile ROUNDS [-s FILE | -n TEXT]...";
	struct warm w;

	if (rounds < 1 || rounds > MAX_ROUNDS || warm_init(&w, &why)) {
		fprintf(stderr, "compile: %s\n", why);
		return 2;
	}
	for (int i = 2; i + 1 < argc; i += 2) {
		struct dlang_text text = { .kind = TEXT_NAME, .text = argv[i + 1], .len = strlen(argv[i + 1]) };

		if (!strcmp(argv[i], "-s")) {
			text = (struct dlang_text){ .kind = TEXT_FILE, .name = argv[i + 1] };
			text.text = slurp(argv[i + 1], &text.len);
		}
		measure(&w, &text, rounds);
	}
	return 0;
}

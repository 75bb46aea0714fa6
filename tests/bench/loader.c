// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// loader OBJECT [PROGRAM PID FUNCTION OFFSET]: loads and attaches a baseline of this
// folder, or one program of it to an instruction of a process's executable, prints
// "ready", and runs until SIGINT or SIGTERM. A ring buffer named ring is emptied to
// /dev/null; at the end "RECORDS delivered, RECORDS dropped" is printed.

#include <bpf/libbpf.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t done;
static uint64_t delivered;

static void on_signal(int sig)
{
	(void)sig;
	done = 1;
}

static int on_record(void *out, void *data, size_t size)
{
	fwrite(data, size, 1, out);
	delivered++;
	return 0;
}

static uint64_t dropped(struct bpf_object *object)
{
	struct bpf_map *bss = bpf_object__find_map_by_name(object, ".bss");
	uint32_t zero = 0;
	uint64_t n = 0;

	if (bss)
		bpf_map__lookup_elem(bss, &zero, sizeof zero, &n, sizeof n, 0);
	return n;
}

static bool attach_to(const struct bpf_object *object, char **argv)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(object, argv[0]);
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .func_name = argv[2]);
	char exe[64];

	snprintf(exe, sizeof exe, "/proc/%s/exe", argv[1]);
	return program && bpf_program__attach_uprobe_opts(program, atoi(argv[1]), exe, (size_t)atoi(argv[3]), &opts);
}

static struct bpf_object *start(char **argv, bool one)
{
	struct bpf_object *object = bpf_object__open_file(argv[0], NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		return NULL;
	if (one)
		return attach_to(object, argv + 1) ? object : NULL;
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program))
			return NULL;
	}
	return object;
}

int main(int argc, char **argv)
{
	struct bpf_object *object = argc == 2 || argc == 6 ? start(argv + 1, argc == 6) : NULL;
	struct ring_buffer *ring = NULL;
	struct bpf_map *map;

	if (!object) {
		fprintf(stderr, "loader: %s: cannot load\n", argc > 1 ? argv[1] : "usage: loader OBJECT [PROGRAM PID FUNCTION OFFSET]");
		return EXIT_FAILURE;
	}
	map = bpf_object__find_map_by_name(object, "ring");
	if (map)
		ring = ring_buffer__new(bpf_map__fd(map), on_record, fopen("/dev/null", "w"), NULL);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	puts("ready");
	fflush(stdout);
	while (!done) {
		struct timespec pause = { .tv_nsec = 100000000 };

		if (ring)
			ring_buffer__poll(ring, 100);
		else
			nanosleep(&pause, NULL);
	}
	if (ring) {
		ring_buffer__consume(ring);
		printf("%" PRIu64 " delivered, %" PRIu64 " dropped\n", delivered, dropped(object));
	}
	bpf_object__close(object);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// loader OBJECT: loads and attaches a baseline of this folder, prints "ready",
// and runs until SIGINT or SIGTERM. A ring buffer named ring is emptied to
// /dev/null; at the end "RECORDS delivered, RECORDS dropped" is printed.

#include <bpf/libbpf.h>
#include <inttypes.h>
#include <signal.h>
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

static struct bpf_object *start(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		return NULL;
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program))
			return NULL;
	}
	return object;
}

int main(int argc, char **argv)
{
	struct bpf_object *object = argc == 2 ? start(argv[1]) : NULL;
	struct ring_buffer *ring = NULL;
	struct bpf_map *map;

	if (!object) {
		fprintf(stderr, "loader: %s: cannot load\n", argc == 2 ? argv[1] : "usage: loader OBJECT");
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

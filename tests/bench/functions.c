// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// functions [-n] < NAMES: attaches an empty program to these functions of the kernel by one link, by address,
// or with -n by name, and prints "ATTACH CLOSE", the milliseconds of the two calls: what the kernel itself takes.
// Without -n names that several symbols have are left out.

#include <bpf/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FUNCTIONS = 1 << 17, NAME_SIZE = 256 };

struct function {
	char name[NAME_SIZE];
	unsigned long address;
	unsigned symbols;	// of this name
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_name(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static uint32_t read_names(struct function *v)
{
	uint32_t n = 0;

	while (n < MAX_FUNCTIONS && scanf("%255s", v[n].name) == 1)
		n++;
	qsort(v, n, sizeof *v, by_name);
	return n;
}

static void find_addresses(struct function *v, uint32_t n)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	struct function key;

	while (f && fscanf(f, "%lx %*c %255s%*[^\n]", &key.address, key.name) == 2) {
		struct function *found = bsearch(&key, v, n, sizeof *v, by_name);

		if (found && ++found->symbols)
			found->address = key.address;
	}
	if (f)
		fclose(f);
}

static int load_empty(void)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K }, { .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_KPROBE_MULTI);

	return bpf_prog_load(BPF_PROG_TYPE_KPROBE, "empty", "Dual BSD/GPL", insns, 2, &opts);
}

int main(int argc, char **argv)
{
	bool by_names = argc > 1 && !strcmp(argv[1], "-n");
	struct function *v = calloc(MAX_FUNCTIONS, sizeof *v);
	const char **names = calloc(MAX_FUNCTIONS, sizeof(char *));
	unsigned long *addresses = calloc(MAX_FUNCTIONS, sizeof *addresses);
	uint64_t *cookies = calloc(MAX_FUNCTIONS, sizeof *cookies);
	uint32_t n = v ? read_names(v) : 0, all = 0;
	LIBBPF_OPTS(bpf_link_create_opts, opts, .kprobe_multi = {
		.syms = by_names ? names : NULL, .addrs = by_names ? NULL : addresses, .cookies = (__u64 *)cookies,
	});
	int prog = load_empty(), link;
	double start, linked;

	if (!names || !addresses || !cookies || !n || prog < 0)
		return 1;
	find_addresses(v, n);
	for (uint32_t i = 0; i < n; i++) {
		if (!by_names && v[i].symbols != 1)
			continue;
		names[all] = v[i].name;
		addresses[all] = v[i].address;
		cookies[all] = all + 1;
		all++;
	}
	opts.kprobe_multi.cnt = all;
	start = now_ms();
	link = bpf_link_create(prog, 0, BPF_TRACE_KPROBE_MULTI, &opts);
	linked = now_ms();
	if (link < 0)
		return 1;
	close(link);
	printf("%.1f %.1f\n", linked - start, now_ms() - linked);
	return 0;
}

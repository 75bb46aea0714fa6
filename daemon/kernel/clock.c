// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading jiffies, see clock.h.

#include "daemon/kernel/clock.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <time.h>

#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/util.h"

// The resolution of the coarse clocks is the kernel's tick.
uint32_t jiffies_per_second(void)
{
	struct timespec t = { 0, 0 };

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &t) || t.tv_sec || t.tv_nsec <= 0)
		return 1000;
	return (uint32_t)((1000000000 + t.tv_nsec / 2) / t.tv_nsec);
}

int jiffies_clock_open(struct jiffies_clock *c)
{
	struct bpf_insn insns[16], *p = insns;
	void *word;

	*c = JIFFIES_CLOCK_INIT;
	c->hz = jiffies_per_second();
	c->map = map_open_shared("dt_jiffies", 4096, 1);
	if (c->map < 0)
		return c->map;
	word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, c->map, 0);
	if (word == MAP_FAILED) {
		jiffies_clock_close(c);
		return -errno;
	}
	c->word = word;
	*p++ = insn_call(BPF_FUNC_jiffies64);
	p = insn_map_value(p, BPF_REG_1, c->map, 0);
	*p++ = insn_store(BPF_REG_1, 0, BPF_REG_0);
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	c->prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "dt_jiffies", "Dual BSD/GPL", insns,
		(size_t)(p - insns), NULL);
	if (c->prog < 0) {
		int r = c->prog;

		jiffies_clock_close(c);
		return r;
	}
	return 0;
}

void jiffies_clock_close(struct jiffies_clock *c)
{
	if (c->word)
		munmap(c->word, 4096);
	c->word = NULL;
	c->prog = close_fd(c->prog);
	c->map = close_fd(c->map);
}

int jiffies_clock_after(const struct jiffies_clock *c, uint32_t ms, uint64_t *jiffies)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int r = bpf_prog_test_run_opts(c->prog, &opts);

	if (r < 0)
		return r;
	*jiffies = __atomic_load_n(c->word, __ATOMIC_RELAXED) + (uint64_t)ms * c->hz / 1000;
	return 0;
}

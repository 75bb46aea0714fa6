// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Linking and loading, see load.h.

#include "daemon/kernel/load.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/insn.h"
#include "daemon/kernel/runtime_btf.h"
#include "daemon/kernel/uprobe.h"
#include "daemon/log.h"
#include "daemon/policy/guard.h"
#include "dlang/object.h"

enum { LOG_SIZE = 16 * 1024 * 1024 };

// A program while it is put together.
struct link {
	const struct load_context *ctx;
	const Dtraced__Program *program;
	struct bpf_insn *insns;
	uint32_t n, cap;
	uint32_t body;		// where the body starts
	uint32_t body_n;
	uint32_t *placed;	// per run-time function: where it starts + 1, or 0
	bool calls;		// it has run-time functions
	struct runtime_btf btf;	// their types, if so
};

static void link_deinit(struct link *l)
{
	free(l->insns);
	free(l->placed);
	if (l->calls)
		runtime_btf_close(&l->btf);
}

static int link_reserve(struct link *l, uint32_t more)
{
	struct bpf_insn *insns;
	uint32_t cap = l->cap ? l->cap : 1024;

	while (cap < l->n + more)
		cap *= 2;
	if (cap == l->cap)
		return 0;
	insns = reallocarray(l->insns, cap, sizeof *insns);
	if (!insns)
		return -ENOMEM;
	l->insns = insns;
	l->cap = cap;
	return 0;
}

static int link_guard(struct link *l)
{
	const Dtraced__Program *p = l->program;
	struct slot_source slots[GUARD_MAX_SLOTS];
	struct guard_request q = {
		.hook = (enum hook_kind)p->hook, .nctx = p->nctx, .slots = slots,
		.nslots = (uint32_t)p->n_slots, .map = l->ctx->guard,
		.args = l->ctx->args, .nargs = l->ctx->nargs,
		.identity = l->ctx->identity, .btf_id = p->btf_id, .self = -1,
	};
	int r;

	if (p->n_slots > GUARD_MAX_SLOTS)
		return -EINVAL;
	for (size_t i = 0; i < p->n_slots; i++) {
		slots[i] = (struct slot_source){
			.kind = (enum arg_source)p->slots[i]->kind,
			.a = (uint16_t)p->slots[i]->a,
			.b = (uint16_t)p->slots[i]->b,
		};
		if (slots[i].kind == ARG_SELF && slots[i].a < l->ctx->nmaps)
			q.self = l->ctx->maps[slots[i].a];
	}
	r = link_reserve(l, GUARD_MAX_INSNS);
	if (r < 0)
		return r;
	r = guard_generate(&q, l->insns);
	if (r < 0)
		return r;
	l->n = (uint32_t)r;
	return 0;
}

// Puts the session's secret where the body has the placeholder.
static void patch_secret(struct bpf_insn *insns, uint32_t n, uint64_t secret)
{
	for (uint32_t i = 0; i + 1 < n; i++) {
		struct bpf_insn *p = &insns[i];

		if (p->code != (BPF_LD | BPF_DW | BPF_IMM))
			continue;
		if (!p->src_reg && (uint32_t)p[0].imm == (uint32_t)LOAD_SECRET &&
		    (uint32_t)p[1].imm == (uint32_t)(LOAD_SECRET >> 32)) {
			p[0].imm = (int32_t)(uint32_t)secret;
			p[1].imm = (int32_t)(uint32_t)(secret >> 32);
		}
		i++;
	}
}

// Immediates near the placeholder become the session's strsize.
static void patch_strsize(struct bpf_insn *insns, uint32_t n, uint32_t strsize)
{
	for (uint32_t i = 0; i < n; i++) {
		int64_t distance = (int64_t)insns[i].imm - RUNTIME_STRSIZE;

		if (insns[i].code != (BPF_JMP | BPF_CALL) && distance >= -16 && distance <= 16)
			insns[i].imm = (int32_t)(strsize + distance);
	}
}

// Places a function and all that it calls behind what is there; once each.
static int place_function(struct link *l, uint32_t number)
{
	const struct runtime_function *f = &l->ctx->runtime->functions[number];
	uint32_t at = l->n;
	int r;

	if (l->placed[number])
		return 0;
	r = link_reserve(l, f->n);
	if (r < 0)
		return r;
	memcpy(l->insns + at, f->insns, f->n * sizeof *f->insns);
	patch_strsize(l->insns + at, f->n, l->ctx->strsize);
	r = runtime_put_values(f, l->insns + at, l->ctx->values, l->ctx->nvalues);
	if (r < 0)
		return r;
	l->placed[number] = at + 1;
	l->n += f->n;
	for (uint32_t i = 0; i < f->ncalls; i++) {
		uint32_t call = at + f->calls[i].insn, target = f->calls[i].function;

		r = place_function(l, target);
		if (r < 0)
			return r;
		l->insns[call].imm = (int32_t)(l->placed[target] - 1) - (int32_t)call - 1;
	}
	return 0;
}

static int apply_reloc(struct link *l, const Dtraced__Reloc *reloc)
{
	uint32_t at = l->body + reloc->insn, number;
	struct bpf_insn *p = &l->insns[at];
	int r;

	if (reloc->kind != RELOC_RUNTIME) {
		p->src_reg = reloc->kind == RELOC_MAP_FD ? BPF_PSEUDO_MAP_FD : BPF_PSEUDO_MAP_VALUE;
		p->imm = l->ctx->maps[reloc->index];
		return 0;
	}
	number = l->ctx->functions[reloc->index];
	r = place_function(l, number);
	if (r < 0)
		return r;
	p = &l->insns[at];	// placing may have moved the array
	p->src_reg = BPF_PSEUDO_CALL;
	p->imm = (int32_t)(l->placed[number] - 1) - (int32_t)at - 1;
	return 0;
}

// Where the result matters, the body's is not asked: all its ends go to one behind it.
static int replace_exits(struct link *l)
{
	int32_t result = guard_result((enum hook_kind)l->program->hook);
	uint32_t end = l->body + l->body_n;
	int r;

	if (!result)
		return 0;
	if (l->body_n > INT16_MAX)
		return -E2BIG;
	r = link_reserve(l, 2);
	if (r < 0)
		return r;
	for (uint32_t i = l->body; i < end; i++) {
		if (l->insns[i].code == (BPF_LD | BPF_DW | BPF_IMM))
			i++;
		else if (l->insns[i].code == (BPF_JMP | BPF_EXIT))
			l->insns[i] = insn_jump((int16_t)(end - i - 1));
	}
	l->insns[l->n++] = insn_mov_imm(BPF_REG_0, result);
	l->insns[l->n++] = insn_exit();
	return 0;
}

static int link_program(struct link *l)
{
	const Dtraced__Program *p = l->program;
	uint32_t n = (uint32_t)(p->insns.len / sizeof *l->insns);
	int r;

	l->placed = calloc(l->ctx->runtime->nfunctions + 1, sizeof *l->placed);
	if (!l->placed)
		return -ENOMEM;
	r = link_guard(l);
	if (r < 0)
		return r;
	l->body = l->n;
	l->body_n = n;
	r = link_reserve(l, n);
	if (r < 0)
		return r;
	memcpy(l->insns + l->n, p->insns.data, p->insns.len);
	l->n += n;
	patch_secret(l->insns + l->body, n, l->ctx->secret);
	r = replace_exits(l);
	n = l->n;
	for (size_t i = 0; i < p->n_relocs && r >= 0; i++)
		r = apply_reloc(l, p->relocs[i]);
	if (r < 0 || l->n == n)
		return r;
	r = runtime_btf_open(&l->btf, l->ctx->runtime, l->placed, l->ctx->strsize);
	l->calls = r >= 0;
	return r;
}

// ---- what the verifier says ------------------------------------------------

// Finds the last instruction that the log shows, and the sentence after it.
static void read_log(const char *log, uint32_t *insn, char *sentence, size_t size)
{
	const char *line = log, *next;

	*insn = 0;
	snprintf(sentence, size, "no reason given");
	for (; *line; line = next) {
		const char *end = strchrnul(line, '\n');
		unsigned at;
		int used = 0;

		next = *end ? end + 1 : end;
		if (!strncmp(line, "processed ", 10))
			continue;
		if (sscanf(line, "%u: (%*2x)%n", &at, &used) == 1 && used)
			*insn = at;
		else if (end > line && strncmp(line, "from ", 5) && !(*line >= '0' && *line <= '9'))
			snprintf(sentence, size, "%.*s", (int)(end - line), line);
	}
}

static uint32_t source_line(const struct link *l, uint32_t insn)
{
	uint32_t line = 0;

	if (insn < l->body || insn - l->body >= l->body_n || !l->program->lines.len)
		return 0;
	memcpy(&line, l->program->lines.data + (insn - l->body) * sizeof line, sizeof line);
	return line;
}

static void explain(const struct link *l, const char *log, int error, struct reason *why)
{
	char sentence[256], where[64] = "";
	uint32_t insn, line;

	read_log(log, &insn, sentence, sizeof sentence);
	line = source_line(l, insn);
	if (line)
		snprintf(where, sizeof where, " at line %u", line);
	if (!*log)
		snprintf(sentence, sizeof sentence, "%s", strerror(-error));
	reason_set(why, "the kernel refused the program for %s%s: %s",
		*l->program->name ? l->program->name : "a probe", where, sentence);
	log_warning("%s (instruction %u, the body starts at %u)", why->text, insn, l->body);
	log_text(LOG_LEVEL_INFO, "verifier: ", log);
}

// ---- loading ---------------------------------------------------------------

static const struct {
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
} hooks[] = {
	[HOOK_TP_BTF] = { BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP },
	[HOOK_PERF_CLOCK] = { BPF_PROG_TYPE_PERF_EVENT, 0 },
	[HOOK_TICK] = { BPF_PROG_TYPE_PERF_EVENT, 0 },
	[HOOK_COUNTER] = { BPF_PROG_TYPE_PERF_EVENT, 0 },
	[HOOK_PACKET_IN] = { BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS },
	[HOOK_PACKET_OUT] = { BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS },
	[HOOK_UPROBE] = { BPF_PROG_TYPE_KPROBE, 0 },
	[HOOK_URETPROBE] = { BPF_PROG_TYPE_KPROBE, 0 },
	[HOOK_FENTRY] = { BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY },
	[HOOK_FEXIT] = { BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT },
	[HOOK_KPROBE_MULTI] = { BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI },
	[HOOK_KRETPROBE_MULTI] = { BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI },
	[HOOK_KPROBE] = { BPF_PROG_TYPE_KPROBE, 0 },
	[HOOK_KRETPROBE] = { BPF_PROG_TYPE_KPROBE, 0 },
	[HOOK_BEGIN] = { BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER },
	[HOOK_END] = { BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER },
};

// By one link for many places where the kernel has such.
static uint32_t attach_type(const struct link *l, uint32_t hook)
{
	return l->ctx->uprobe_multi && hook_is_placed((enum hook_kind)hook) ? UPROBE_MULTI : hooks[hook].attach;
}

static int submit(const struct link *l, char *log, size_t log_size)
{
	uint32_t hook = l->program->hook;
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach_type(l, hook),
		.attach_btf_id = l->program->btf_id, .log_level = log ? 1 : 0, .log_buf = log,
		.log_size = (uint32_t)log_size);

	if (l->calls) {
		opts.prog_btf_fd = (uint32_t)l->btf.fd;
		opts.func_info = l->btf.funcs;
		opts.func_info_cnt = l->btf.n;
		opts.func_info_rec_size = sizeof *l->btf.funcs;
	}
	return bpf_prog_load(hooks[hook].type, "dtraced", "Dual BSD/GPL", l->insns, l->n, &opts);
}

int load_program(const struct load_context *ctx, const Dtraced__Program *program, int *fdp,
	struct reason *why)
{
	CLEANUP(link_deinit) struct link l = { .ctx = ctx, .program = program };
	CLEANUP(freep) char *log = NULL;
	int r, fd;

	if (program->hook >= NELEMS(hooks))
		return -EINVAL;
	r = link_program(&l);
	if (r < 0)
		return r;
	fd = submit(&l, NULL, 0);
	if (fd < 0) {
		log = calloc(LOG_SIZE, 1);
		if (!log)
			return -ENOMEM;
		r = fd;
		fd = submit(&l, log, LOG_SIZE);
		if (fd < 0) {
			explain(&l, log, r, why);
			return LOAD_E_REFUSED;
		}
	}
	*fdp = fd;
	return 0;
}

// What cannot be asked is zero.
static void get_info(int prog, struct bpf_prog_info *info)
{
	uint32_t size = sizeof *info;

	*info = (struct bpf_prog_info){ 0 };
	bpf_obj_get_info_by_fd(prog, info, &size);
}

uint32_t load_verified(int prog)
{
	struct bpf_prog_info info;

	get_info(prog, &info);
	return info.verified_insns;
}

uint64_t load_missed(int prog)
{
	struct bpf_prog_info info;

	get_info(prog, &info);
	return info.recursion_misses;
}

void load_cost(int prog, uint64_t *runs, uint64_t *ns)
{
	struct bpf_prog_info info;

	get_info(prog, &info);
	*runs = info.run_cnt;
	*ns = info.run_time_ns;
}

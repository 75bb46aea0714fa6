// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Structural checks of an object, see admit.h. One function per part; each
// sets why and returns ADMIT_E_BAD at the first thing that is wrong.

#include "daemon/session/admit.h"

#include <ctype.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <string.h>

#include "daemon/kernel/attach.h"
#include "daemon/policy/guard.h"
#include "dlang/object.h"

#define BAD(why, ...) (reason_set((why), "the compiler's answer is invalid: " __VA_ARGS__), ADMIT_E_BAD)

enum { MIN_PERIOD = 10000, PAGE = 4096, HASH_ELEMENT_OVERHEAD = 64 };

static bool is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

static bool is_name(const char *s, size_t max)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	}
	return n <= max;
}

static int admit_layout(const Dtraced__Object *o, struct reason *why)
{
	uint64_t end = (uint64_t)o->ring_offset + o->ring_size + (o->ring_size ? REC_MAX : 0);

	if (!o->ctl_size || o->ctl_size % PAGE || o->ctl_size > ADMIT_MAX_CTL)
		return BAD(why, "a control area of %u bytes", o->ctl_size);
	if (!o->area_size || o->area_size % PAGE || o->area_size > ADMIT_MAX_AREA)
		return BAD(why, "an area of %u bytes per CPU", o->area_size);
	if (o->ring_size && (!is_power_of_two(o->ring_size) || o->ring_size < PAGE))
		return BAD(why, "a ring of %u bytes", o->ring_size);
	if (o->ring_offset % PAGE || o->ring_offset < PAGE || end > o->area_size)
		return BAD(why, "a ring at %u", o->ring_offset);
	if (o->policy > RING_RING)
		return BAD(why, "buffer policy %u", o->policy);
	if (o->image.len > o->ctl_size - CTL_IMAGE)
		return BAD(why, "an image of %zu bytes", o->image.len);
	if (o->strsize < 8 || o->strsize > 64 * 1024)
		return BAD(why, "strsize %u", o->strsize);
	return 0;
}

static int admit_map(const Dtraced__Map *m, struct reason *why)
{
	if (m->kind != MK_HASH && m->kind != MK_TASK_STORAGE)
		return BAD(why, "map kind %u", m->kind);
	if (!m->key_size || m->key_size > ADMIT_MAX_KEY || !m->value_size ||
	    m->value_size > (ADMIT_MAX_WORDS + 2) * 8)
		return BAD(why, "a map of %u-byte keys and %u-byte values", m->key_size, m->value_size);
	if (m->kind == MK_HASH && (!m->max_entries || m->max_entries > 1u << 26))
		return BAD(why, "a map of %u entries", m->max_entries);
	return 0;
}

static int admit_overflow(const Dtraced__Object *o, const Dtraced__TableLayout *t,
	struct reason *why)
{
	uint32_t index = (uint32_t)t->overflow - MAP_FIRST_EXTRA;
	const Dtraced__Map *m;

	if (t->overflow == -1)
		return 0;
	if (t->overflow < MAP_FIRST_EXTRA || index >= o->n_maps || !t->key_size)
		return BAD(why, "an overflow map %d", t->overflow);
	m = o->maps[index];
	if (m->kind != MK_HASH || m->key_size != t->key_size ||
	    m->value_size != 8 * (t->nadd + t->nmax))
		return BAD(why, "overflow map %d has another geometry than its table", t->overflow);
	return 0;
}

static int admit_table(const Dtraced__Object *o, const Dtraced__TableLayout *t, struct reason *why)
{
	uint64_t words = (uint64_t)t->nadd + t->nmax, entry, end;

	if (!words || words > ADMIT_MAX_WORDS)
		return BAD(why, "a value of %llu words", (unsigned long long)words);
	if (!is_power_of_two(t->entries) || (!t->key_size && t->entries != 1))
		return BAD(why, "a table of %u entries with %u-byte keys", t->entries, t->key_size);
	if (t->key_size % 8 || t->key_size > ADMIT_MAX_KEY)
		return BAD(why, "a key of %u bytes", t->key_size);
	entry = 8 + t->key_size + 8 * words;
	end = t->offset + entry * t->entries;
	if (t->offset % 8 || t->offset < SEG_SLOTS || end > o->area_size)
		return BAD(why, "a table at %u", t->offset);
	if (o->ring_size && end > o->ring_offset)
		return BAD(why, "a table at %u that runs into the ring", t->offset);
	return admit_overflow(o, t, why);
}

static int admit_reloc(const Dtraced__Object *o, const Dtraced__Program *p, size_t i,
	struct reason *why)
{
	const struct bpf_insn *insns = (const struct bpf_insn *)p->insns.data;
	uint32_t n = (uint32_t)(p->insns.len / sizeof *insns);
	const Dtraced__Reloc *r = p->relocs[i];

	if (r->insn >= n || (i && r->insn <= p->relocs[i - 1]->insn))
		return BAD(why, "a relocation at %u", r->insn);
	if (r->kind == RELOC_RUNTIME) {
		if (r->index >= o->n_runtime || insns[r->insn].code != (BPF_JMP | BPF_CALL))
			return BAD(why, "a call of run-time function %u", r->index);
		return 0;
	}
	if (r->kind != RELOC_MAP_FD && r->kind != RELOC_MAP_VALUE)
		return BAD(why, "relocation kind %u", r->kind);
	if (insns[r->insn].code != (BPF_LD | BPF_DW | BPF_IMM) || r->insn + 1 >= n)
		return BAD(why, "a map relocation at %u", r->insn);
	if (r->index >= MAP_FIRST_EXTRA + o->n_maps)
		return BAD(why, "a relocation to map %u", r->index);
	if (r->kind == RELOC_MAP_VALUE &&
	    (r->index != MAP_CTL || (uint32_t)insns[r->insn + 1].imm >= o->ctl_size))
		return BAD(why, "the address of byte %u of map %u",
			(uint32_t)insns[r->insn + 1].imm, r->index);
	return 0;
}

// Nothing refers to a kernel object but by a relocation: fds, BTF ids and
// kernel functions in the instructions themselves are refused.
static int admit_insns(const Dtraced__Program *p, struct reason *why)
{
	const struct bpf_insn *insns = (const struct bpf_insn *)p->insns.data;
	size_t n = p->insns.len / sizeof *insns, next = 0;

	for (size_t i = 0; i < n; i++) {
		bool wide = insns[i].code == (BPF_LD | BPF_DW | BPF_IMM);
		bool call = insns[i].code == (BPF_JMP | BPF_CALL);
		bool relocated = next < p->n_relocs && p->relocs[next]->insn == i;

		if (relocated)
			next++;
		else if ((wide || call) && insns[i].src_reg)
			return BAD(why, "instruction %zu refers to a kernel object", i);
		if (wide && ++i == n)
			return BAD(why, "half an instruction at the end");
	}
	return next == p->n_relocs ? 0 : BAD(why, "a relocation inside an instruction");
}

static int admit_slots(const Dtraced__Program *p, struct reason *why)
{
	if (p->n_slots > GUARD_MAX_SLOTS)
		return BAD(why, "%zu argument slots", p->n_slots);
	for (size_t i = 0; i < p->n_slots; i++) {
		const Dtraced__Slot *s = p->slots[i];
		struct slot_source source = {
			.kind = (enum arg_source)s->kind, .a = (uint16_t)s->a, .b = (uint16_t)s->b,
		};

		if (s->a > UINT16_MAX || s->b > UINT16_MAX ||
		    !guard_slot_fits((enum hook_kind)p->hook, p->nctx, &source))
			return BAD(why, "argument slot %zu of source %u", i, s->kind);
	}
	return 0;
}

// What the processor counts must not come too often.
static bool is_counter(const Dtraced__Counter *c, uint64_t period)
{
	switch (c->type) {
	case PERF_TYPE_SOFTWARE:
		return c->config < PERF_COUNT_SW_MAX;
	case PERF_TYPE_HARDWARE:
		return c->config < PERF_COUNT_HW_MAX && period >= COUNTER_PERIOD_MIN;
	case PERF_TYPE_HW_CACHE:
		return (c->config & 0xff) < PERF_COUNT_HW_CACHE_MAX &&
			(c->config >> 8 & 0xff) < PERF_COUNT_HW_CACHE_OP_MAX &&
			c->config >> 16 < PERF_COUNT_HW_CACHE_RESULT_MAX && period >= COUNTER_PERIOD_MIN;
	case PERF_TYPE_RAW:
		return period >= COUNTER_PERIOD_MIN;
	default:
		return false;
	}
}

static bool has_targets(uint32_t hook)
{
	return hook >= HOOK_KPROBE_MULTI && hook <= HOOK_KRETPROBE;
}

// None, or one for each cookie, which is 0 or in the kernel's half.
static int admit_addresses(const Dtraced__Program *p, struct reason *why)
{
	if (p->addresses.len && p->addresses.len != p->cookies.len)
		return BAD(why, "%zu bytes of addresses", p->addresses.len);
	for (size_t i = 0; i < p->addresses.len; i += sizeof(uint64_t)) {
		uint64_t address;

		memcpy(&address, p->addresses.data + i, sizeof address);
		if (address && !(address >> 63))
			return BAD(why, "the address of a function");
	}
	return 0;
}

// A program on functions has at least one, and as many cookies as names, each with its NUL.
static int admit_functions(const Dtraced__Program *p, struct reason *why)
{
	size_t n = p->cookies.len / sizeof(uint64_t), names = 0, start = 0;

	if (has_targets(p->hook) != (n > 0) || n > ADMIT_MAX_TARGETS || p->cookies.len % sizeof(uint64_t))
		return BAD(why, "%zu bytes of cookies", p->cookies.len);
	for (size_t i = 0; i < p->functions.len; i++) {
		uint8_t c = p->functions.data[i];

		if (!c && (i == start || i - start > ADMIT_MAX_FUNCTION))
			return BAD(why, "the name of a function");
		if (c && !isalnum(c) && c != '_' && c != '.' && c != '$')
			return BAD(why, "the name of a function");
		names += !c;
		start = c ? start : i + 1;
	}
	if (names != n || start != p->functions.len)
		return BAD(why, "%zu functions for %zu cookies", names, n);
	return admit_addresses(p, why);
}

static int admit_hook(const Dtraced__Program *p, struct reason *why)
{
	bool clock = p->hook == HOOK_PERF_CLOCK || p->hook == HOOK_TICK;
	bool packet = p->hook == HOOK_PACKET_IN || p->hook == HOOK_PACKET_OUT;

	if (p->hook >= HOOK_ERROR)
		return BAD(why, "hook kind %u", p->hook);
	if (!is_name(p->name, 127))
		return BAD(why, "the name of a hook");
	if (p->nctx > PROBE_MAXARGS)
		return BAD(why, "%u words of context", p->nctx);
	if (clock && (p->period < MIN_PERIOD || p->period > INT64_MAX))
		return BAD(why, "a period of %llu ns", (unsigned long long)p->period);
	if ((p->hook == HOOK_COUNTER) != (p->counter && p->period))
		return BAD(why, "a counter of %llu events", (unsigned long long)p->period);
	if (p->counter && !is_counter(p->counter, p->period))
		return BAD(why, "a counter of type %u, event %#llx, each %llu", p->counter->type,
			(unsigned long long)p->counter->config, (unsigned long long)p->period);
	if (!clock && !p->counter && !packet && !hook_is_placed((enum hook_kind)p->hook) && !has_targets(p->hook) && !p->btf_id)
		return BAD(why, "a hook without a type");
	return admit_functions(p, why);
}

static int admit_program(const Dtraced__Object *o, const Dtraced__Program *p, struct reason *why)
{
	size_t n = p->insns.len / sizeof(struct bpf_insn);
	int r = admit_hook(p, why);

	if (!r)
		r = admit_slots(p, why);
	if (r)
		return r;
	if (!n || n > ADMIT_MAX_INSNS || p->insns.len % sizeof(struct bpf_insn) ||
	    (uintptr_t)p->insns.data % _Alignof(struct bpf_insn))
		return BAD(why, "a program of %zu bytes", p->insns.len);
	if (p->lines.len && p->lines.len != n * sizeof(uint32_t))
		return BAD(why, "a line table of %zu bytes", p->lines.len);
	for (size_t i = 0; i < p->n_relocs && !r; i++)
		r = admit_reloc(o, p, i, why);
	return r ? r : admit_insns(p, why);
}

static int admit_counts(const Dtraced__Object *o, struct reason *why)
{
	if (o->n_programs > ADMIT_MAX_PROGRAMS)
		return BAD(why, "%zu programs", o->n_programs);
	if (o->n_maps > OBJECT_MAPS_MAX)
		return BAD(why, "%zu maps", o->n_maps);
	if (o->n_tables > ADMIT_MAX_TABLES)
		return BAD(why, "%zu tables", o->n_tables);
	if (o->n_runtime > ADMIT_MAX_RUNTIME)
		return BAD(why, "%zu run-time functions", o->n_runtime);
	return 0;
}

int admit_object(const Dtraced__Object *o, const struct runtime *runtime, struct reason *why)
{
	int r = admit_counts(o, why);

	if (!r)
		r = admit_layout(o, why);
	for (size_t i = 0; i < o->n_runtime && !r; i++) {
		if (!is_name(o->runtime[i], 127) || runtime_find(runtime, o->runtime[i]) < 0 ||
		    runtime_is_private(o->runtime[i]))
			r = BAD(why, "no run-time function of that name");
	}
	for (size_t i = 0; i < o->n_maps && !r; i++)
		r = admit_map(o->maps[i], why);
	for (size_t i = 0; i < o->n_tables && !r; i++)
		r = admit_table(o, o->tables[i], why);
	for (size_t i = 0; i < o->n_programs && !r; i++)
		r = admit_program(o, o->programs[i], why);
	return r;
}

uint64_t admit_map_bytes(const Dtraced__Object *o)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < o->n_maps; i++) {
		const Dtraced__Map *m = o->maps[i];

		if (m->kind == MK_HASH)
			bytes += ((uint64_t)m->key_size + m->value_size + HASH_ELEMENT_OVERHEAD) *
				 m->max_entries;
		else
			bytes += m->value_size;
	}
	return bytes;
}

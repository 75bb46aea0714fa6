// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The ten clauses of tests/bench/insns in C, with the same memory as a session's
// (dlang/bpf/segment.h): own tables, ring and scratch. Never loaded; clang's
// instructions are counted. The arguments lie at r1, as in the guard's slots.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define MULT0 0x9e3779b97f4a7c15ull
#define MULT1 0xc2b2ae3d27d4eb4full
#define SECRET 0x5345435245545345ull

enum { SEG = 1 << 20, RING = 1 << 20, RING_AT = 4096, SCRATCH_AT = 0x2000, SCRATCH = 512, TABLE_AT = 0x8000,
       NENTRIES = 4096, STRSIZE = 256, PROBES = 16, TRIES = 4, COMM = 1752, TGID = 1268, MM = 1216, TOTAL_VM = 256 };

typedef __u64 u64;
typedef __u32 u32;

char _license[] SEC("license") = "Dual BSD/GPL";

struct area { char bytes[3 * SEG]; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, u32); __type(value, struct area);
} seg SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 512); __uint(key_size, 256); __uint(value_size, 8);
} more SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 512); __uint(key_size, 16); __uint(value_size, 8);
} array SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, u64);
} self SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096);
} bell SEC(".maps");
struct ctl { u64 asleep, bells, failed, faults[16]; char enabled[512]; char zero[256]; };
struct ctl ctl;

#define at(p, off) (*(volatile u64 *)((char *)(p) + (off)))
#define at32(p, off) (*(volatile u32 *)((char *)(p) + (off)))
#define INLINE static __attribute__((always_inline)) inline

INLINE char *area(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&seg, &cpu);
}

INLINE int selected(const u64 *args)
{
	return args[0] < 471 && ctl.enabled[args[0] & 511];
}

// ---- tables ----------------------------------------------------------------

INLINE u64 hash(const u64 *key, u32 n)
{
	u64 h = 0;

#pragma clang loop unroll(full)
	for (u32 i = 0; i < n; i++) {
		h = (h ^ key[i]) * (i & 1 ? MULT1 : MULT0);
		h ^= h >> 32;
	}
	return h * MULT0;
}

INLINE char *entry_of(char *a, const u64 *key, u32 n, u32 words)
{
	u64 h = hash(key, n), tag = h | 3, i = h >> 32, step = h >> 16 | 1;
	u32 size = 8 + 8 * n + 8 * words;
	char *found;

	for (u32 k = 0; k < PROBES; k++, i += step) {
		char *e = a + (i & (NENTRIES - 1)) * size + TABLE_AT;
		u64 state = at(e, 0), differs = 0;

		if (state == tag) {
#pragma clang loop unroll(full)
			for (u32 w = 0; w < n; w++)
				differs |= at(e, 8 + 8 * w) ^ key[w];
			if (!differs)
				return e + 8 + 8 * n;
			break;
		}
		if (!state) {
			if (__sync_val_compare_and_swap((u64 *)e, 0, 1))
				break;
#pragma clang loop unroll(full)
			for (u32 w = 0; w < n; w++)
				at(e, 8 + 8 * w) = key[w];
			__sync_lock_test_and_set((u64 *)e, tag);
			return e + 8 + 8 * n;
		}
	}
	found = bpf_map_lookup_elem(&more, key);
	if (found)
		return found;
	bpf_map_update_elem(&more, key, ctl.zero, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&more, key);
	if (!found)
		__sync_fetch_and_add((u64 *)(a + 0x88), 1);
	return found;
}

INLINE void add(char *p, u64 n)
{
	__sync_fetch_and_add((u64 *)p, n);
}

INLINE void count(char *a, u32 off)
{
	at(a, off) = 3;
	add(a + off + 8, 1);
}

INLINE char *scratch(char *a, u64 *bit)
{
	u64 free, i;

	free = ~at(a, 0x100) & 0xff;
	if (!free)
		return 0;
	i = free & -free;
	*bit = i;
	if (__sync_fetch_and_or((u64 *)(a + 0x100), i) & i)
		return 0;
	i = (i * 0x77cb531ull >> 3) & 7;
	return a + i * SCRATCH + SCRATCH_AT;
}

INLINE void release(char *a, u64 bit)
{
	__sync_fetch_and_and((u64 *)(a + 0x100), ~bit);
}

INLINE char *task(void)
{
	return (char *)bpf_get_current_task_btf();
}

// ---- records ---------------------------------------------------------------

INLINE char *reserve(char *a, u32 size, u64 *pos)
{
	for (u32 i = 0; i < TRIES; i++) {
		u64 head = at(a, 0x40), tail = at(a, 0);

		if (tail + size - head > RING)
			break;
		if (__sync_val_compare_and_swap((u64 *)a, tail, tail + size) != tail)
			continue;
		*pos = tail;
		return a + (tail & (RING - 1)) + RING_AT;
	}
	add(a + 0x80, 1);
	return 0;
}

INLINE void ring_bell(void)
{
	u64 one = 1;

	if (!*(volatile u64 *)&ctl.asleep || !__sync_lock_test_and_set(&ctl.asleep, 0))
		return;
	if (bpf_ringbuf_output(&bell, &one, 8, BPF_RB_FORCE_WAKEUP)) {
		*(volatile u64 *)&ctl.asleep = 1;
		__sync_fetch_and_add(&ctl.failed, 1);
	} else {
		__sync_fetch_and_add(&ctl.bells, 1);
	}
}

// A fault is counted and told.
INLINE void fault(char *a, u64 probe, u64 site, u64 kind, u64 value)
{
	u64 pos;
	char *r;

	add((char *)ctl.faults + 8 * kind, 1);
	r = reserve(a, 48, &pos);
	if (!r)
		return;
	at(r, 8) = 48 | 1ull << 32;
	at(r, 16) = bpf_ktime_get_ns();
	at(r, 24) = probe;
	at(r, 32) = site | kind << 32;
	at(r, 40) = value;
	at(r, 0) = pos ^ SECRET;
	ring_bell();
}

// ---- the clauses -----------------------------------------------------------

SEC("raw_tp/predicate")
int predicate(u64 *args)
{
	char *a, *t;

	if (!selected(args) || !(a = area()))
		return 0;
	t = task();
	if (at(t, COMM) != 0x68736162ull)
		return 0;
	count(a, 0x140);
	return 0;
}

SEC("raw_tp/latency")
int latency_entry(u64 *args)
{
	u64 *ts, now;

	if (!selected(args) || !area())
		return 0;
	now = bpf_ktime_get_ns();
	ts = bpf_task_storage_get(&self, (void *)task(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (ts)
		*ts = now;
	return 0;
}

SEC("raw_tp/latency")
int latency_return(u64 *args)
{
	u64 *ts, v, b = 0, n;
	char *a;

	if (!selected(args) || !(a = area()))
		return 0;
	ts = bpf_task_storage_get(&self, (void *)task(), 0, 0);
	if (!ts || !*ts)
		return 0;
	v = bpf_ktime_get_ns() - *ts;
	n = v;
#define STEP(bits) { u64 big = n >> bits ? bits : 0; n >>= big; b += big; }
	STEP(32) STEP(16) STEP(8) STEP(4) STEP(2) STEP(1)
	b = v ? (long)v < 0 ? 0 : 64 + b : 63;
	at(a, 0x140) = 3;
	add(a + 0x148 + 8 * (b & 127), 1);
	*ts = 0;
	return 0;
}

SEC("raw_tp/by_key")
int by_key(u64 *args)
{
	char *a, *t, *v;
	u64 key[2];

	if (!selected(args) || !(a = area()))
		return 0;
	t = task();
	key[0] = at(t, COMM);
	key[1] = at(t, COMM + 8);
	v = entry_of(a, key, 2, 1);
	if (v)
		add(v, 1);
	return 0;
}

SEC("raw_tp/sum")
int sum(u64 *args)
{
	char *a, *v;
	u64 key[1];

	if (!selected(args) || !(a = area()))
		return 0;
	if ((long)args[1] <= 0)
		return 0;
	key[0] = (u64)(long)(int)at32(task(), TGID);
	v = entry_of(a, key, 1, 1);
	if (v)
		add(v, args[1]);
	return 0;
}

SEC("raw_tp/print")
int print(u64 *args)
{
	u64 pos;
	char *a, *r;

	if (!selected(args) || !(a = area()))
		return 0;
	r = reserve(a, 56, &pos);
	if (r) {
		at(r, 8) = 56 | 2ull << 32;
		at(r, 16) = bpf_ktime_get_ns();
		at(r, 24) = args[0] + 24;
		at(r, 32) = at32(task(), TGID);
		at(r, 40) = args[1];
		at(r, 48) = args[2];
		at(r, 0) = pos ^ SECRET;
	}
	ring_bell();
	return 0;
}

SEC("raw_tp/string_key")
int string_key(u64 *args)
{
	char *a, *s, *v;
	u64 bit;

	if (!selected(args) || !(a = area()) || !(s = scratch(a, &bit)))
		return 0;
#pragma clang loop unroll(full)
	for (int i = 0; i < STRSIZE; i += 8)
		at(s, i) = 0;
	if (bpf_probe_read_user_str(s, STRSIZE, (void *)args[1]) >= 0) {
		v = entry_of(a, (u64 *)s, STRSIZE / 8, 1);
		if (v)
			add(v, 1);
		release(a, bit);
	} else {
		release(a, bit);
		fault(a, args[0] + 24, 0, 1, args[1]);
	}
	return 0;
}

SEC("raw_tp/element")
int element(u64 *args)
{
	u64 key[2], now, *v;
	char *a;

	if (!selected(args) || !(a = area()))
		return 0;
	now = bpf_ktime_get_ns();
	key[0] = (u64)(long)(int)at32(task(), TGID);
	key[1] = args[1];
	if (!now) {
		bpf_map_delete_elem(&array, key);
		return 0;
	}
	v = bpf_map_lookup_elem(&array, key);
	if (!v) {
		bpf_map_update_elem(&array, key, ctl.zero, BPF_NOEXIST);
		v = bpf_map_lookup_elem(&array, key);
	}
	if (v)
		*v = now;
	else
		add(a + 0x90, 1);
	return 0;
}

SEC("raw_tp/members")
int members(u64 *args)
{
	char *a, *mm;

	if (!selected(args) || !(a = area()))
		return 0;
	mm = (char *)at(task(), MM);
	if (!mm) {
		fault(a, args[0] + 24, 0, 1, TOTAL_VM);
		return 0;
	}
	at(a, 0x140) = 3;
	add(a + 0x148, at(mm, TOTAL_VM));
	return 0;
}

SEC("raw_tp/compare")
int compare(u64 *args)
{
	char *a, *s;
	u64 bit;

	if (!selected(args) || !(a = area()) || !(s = scratch(a, &bit)))
		return 0;
	at(s, 0) = 0;
	if (bpf_probe_read_user_str(s, STRSIZE, (void *)args[1]) < 0) {
		release(a, bit);
		fault(a, args[0] + 24, 0, 1, args[1]);
		return 0;
	}
	if (at(s, 0) == 0x7361702f6374652full && (at(s, 8) & 0xffffffff) == 0x00647773)
		count(a, 0x140);
	release(a, bit);
	return 0;
}

SEC("raw_tp/branches")
int branches(u64 *args)
{
	char *a;

	if (!selected(args) || !(a = area()))
		return 0;
	if ((long)args[1] > 4096)
		count(a, 0x140);
	else if ((long)args[1] > 100)
		count(a, 0x150);
	else
		count(a, 0x160);
	return 0;
}

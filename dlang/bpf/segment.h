// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

#include <stdint.h>

// The segment: a session's memory, seen by its programs and by the core.
//
// CTL  ARRAY, one element, mmap-able, addressed directly by programs
//   0x000 asleep    u64  the consumer sleeps: whoever commits a record rings
//   0x040 bells     u64  times rung        0x048 bell failures u64
//   0x080 stopped   u64  1 once exit() ran: programs leave at once
//   0x088 wall      u64  CLOCK_REALTIME - CLOCK_MONOTONIC in ns, kept by the core
//   0x0c0 fault counters per kind (u64 x 16)
//   0x200 globals, then constant tables and strings (the object's image)
// SEG  ARRAY, one element per CPU, mmap-able; element = one AREA
//   0x000 tail      u64  producers          own cache line
//   0x040 head      u64  consumer (the core) own cache line
//   0x080 drops     u64 x 16, by enum drop
//   0x100 scratch   u64  bitmap of scratch slots in use
//   0x108 base      u64  overwrite policy: first position of the oldest open writer
//   0x110 switched  u64  CLOCK_MONOTONIC minus the scheduler's clock, as of the last switch
//   0x118 chilled   u64  when a second of chill() began
//   0x120 chill     u64  ns of chill() in that second
//   0x140 aggregations without keys: one entry each
//   ...   scratch   SEG_SCRATCH slots
//   ...   tables    one per keyed aggregation: entries {u64 state | key | value}
//   page  ring      2^n bytes, then slack of one maximal record
// BELL RINGBUF of 4096 bytes: wakes the core.
// Further maps (kernel hashes, task storage) follow by number.
//
// Entry state: 0 free, 1 claimed, hash | 3 ready. The core frees entries by
// taking bit 0 away (leaving: no program finds the entry, none claims it),
// waiting until all programs that may have found it are gone, and storing 0.
// Record word 0: position XOR the session's secret, stored last. Everything is
// updated atomically; probes nest and are preempted.

enum {
	MAP_CTL, MAP_SEG, MAP_BELL, MAP_FIRST_EXTRA,
};

enum {
	CTL_ASLEEP = 0x000,
	CTL_BELLS = 0x040,
	CTL_BELL_FAILED = 0x048,
	CTL_STOPPED = 0x080,
	CTL_WALL = 0x088,
	CTL_IMAGE = 0x200,		// the object's image starts here
};

enum {
	SEG_TAIL = 0x000,
	SEG_HEAD = 0x040,
	SEG_DROPS = 0x080,
	SEG_SCRATCH_MAP = 0x100,
	SEG_BASE = 0x108,
	SEG_SWITCHED = 0x110,
	SEG_CHILL_SINCE = 0x118,
	SEG_CHILLED = 0x120,
	SEG_SLOTS = 0x140,
};

enum { SEG_NSCRATCH = 8, SEG_PROBES = 16, SEG_RESERVE_TRIES = 4 };

enum drop {
	DROP_PRINCIPAL,		// no space in the ring
	DROP_AGGREGATION,	// no place for a key, also not in the overflow hash
	DROP_DYNAMIC,		// no element for an associative array or thread-local
	DROP_SPEC, DROP_SPECBUSY, DROP_SPECUNAVAIL,
	DROP_DBLERROR,		// a fault inside an ERROR clause
	DROP_SCRATCH,		// all scratch slots of the CPU in use: the firing is lost
	DROP_COMPAT,		// a call by a program of another ABI, not traced
	// The core adds this one; programs do not count it.
	DROP_NESTED,		// left out by the kernel: the program was already running on the CPU
	// From here on nothing is lost: how user stacks turned out, which is told at the end.
	DROP_NOTES,
	DROP_CUT = DROP_NOTES,	// could not be followed to the outermost frame
	DROP_GUESSED,		// have frames that are guesses
	DROP_STACKS,		// all
	DROP_NKINDS
};

// Aggregation entry: state word, key, value words.
enum { ENTRY_STATE = 0, ENTRY_KEY = 8 };
enum { ENTRY_FREE = 0, ENTRY_CLAIMED = 1, ENTRY_LEAVING = 2, ENTRY_READY = 3 };
enum { ENTRY_BITS = 3 };	// those are above in the two lowest bits, the rest is the tag

// The hash of a key of n words; behind the first dense ones, those that are zero do
// not count (stacks, which are padded with zeros, come last). Probing begins at
// entry (hash >> 32) and goes on in steps of (hash >> 16 | 1).
static inline uint64_t segment_hash(const uint64_t *key, uint32_t n, uint32_t dense)
{
	static const uint64_t multiplier[] = { 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f };
	uint64_t h = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (i >= dense && !key[i])
			continue;
		h = (h ^ key[i]) * multiplier[i & 1];
		h ^= h >> 32;
	}
	return h * multiplier[0];
}

// A record in the ring. len counts the whole record, a multiple of 8.
enum {
	REC_WORD = 0,		// u64 position ^ secret
	REC_LEN = 8,		// u32
	REC_FORM = 12,		// u32 index of the record form in the schema
	REC_TIME = 16,		// u64 ns, CLOCK_MONOTONIC
	REC_PROBE = 24,		// u32 probe id
	REC_SPEC = 28,		// u32 speculation: generation << SPEC_BITS | id, 0: none
	REC_DATA = 32,
};

// Reserved record forms; those of the object's schema follow.
enum {
	FORM_DISCARD = 0,	// a fault happened while it was filled: skip it
	FORM_ERROR = 1,		// data: u32 fault site, u32 fault kind, u64 address or value
	FORM_FIRST = 2,
};

// A speculation's word in ctl is odd while it is active; commit() and discard()
// make it even, and free for the next one, whose generation (word >> 1) differs.
enum { SPEC_BITS = 12 };

// The ring's slack is one maximal record.
enum { REC_MAX = 4096 * 4 };

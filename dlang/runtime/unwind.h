// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Unwind tables as the walk of a user stack reads them (dlang/runtime/unwind.bpf.c)
// and as the core fills them in (daemon/sym/unwind_maps.c). All files and all
// sessions share them.
//
//	VMA -> device and inode -> file -> page of 1 KB of code -> rows -> rule
//
// A row is 32 bits: where it starts in its page, above the number of a rule. It
// is in force up to the next row; the first row of a page starts with the page.
// A rule says where the caller's stack pointer was (the CFA), and where the
// caller's frame pointer is; the return address is always right below the CFA.

enum {
	UNWIND_PAGE_SHIFT = 10,
	UNWIND_PAGE_SIZE = 1 << UNWIND_PAGE_SHIFT,
	UNWIND_ROW_SHIFT = 22,		// of the place in a page
	UNWIND_MAX_RULES = 1 << 14,
	UNWIND_CHUNK_ROWS = 1 << 18,	// rows of a map: 1 MB; a page does not straddle
	UNWIND_MAX_CHUNKS = 64,
	UNWIND_MAX_PAGES = 1 << 19,	// 512 MB of code
	UNWIND_MAX_FILES = 8192,
	UNWIND_SEGMENTS = 4,		// executable ones of a file
	UNWIND_FRAMES = 127,		// of a stack
	UNWIND_SLOTS = 8,		// walks at a time on a CPU: interrupts nest, uprobes are preempted
	UNWIND_MAPPINGS = 4,		// that a walk remembers
	UNWIND_WINDOW = 512,		// bytes of the stack read at once
	UNWIND_NODE = 256,		// bytes of a maple node
};

enum unwind_cfa {
	UNWIND_NONE,		// no table here: maybe there is a frame pointer
	UNWIND_END,		// the outermost frame
	UNWIND_SP,		// sp + offset
	UNWIND_FP,		// fp + offset
	UNWIND_AT_SP,		// the word at sp + offset
	UNWIND_AT_FP,		// the word at fp + offset
	UNWIND_PLT,		// sp + 8, or + 16 from byte `offset` of a 16-byte entry on
	UNWIND_SIGNAL,		// what a signal interrupted is at sp
	UNWIND_UNSUPPORTED,	// a rule that the walk cannot follow
	UNWIND_CFA_N
};

enum unwind_fp {
	UNWIND_FP_SAME,
	UNWIND_FP_CFA,		// the word at CFA + fp_offset
	UNWIND_FP_FP,		// the word at fp + fp_offset
	UNWIND_FP_LOST,
	UNWIND_FP_N
};

struct unwind_rule {
	short fp_offset;
	unsigned char cfa, fp;	// enum unwind_cfa, enum unwind_fp
	int offset;
};

struct unwind_page {
	unsigned int row, n;	// its first row, and how many; n is written last
};

struct unwind_file_key {
	unsigned long long inode;	// all zero: the vDSO
	unsigned int device, zero;	// as the kernel keeps it: major << 20 | minor
};

struct unwind_segment {
	unsigned long long offset, size, address;	// in the file; as linked
};

struct unwind_file {
	unsigned long long base;	// the address, as linked, of its first page
	unsigned int page, npages;	// in the array of pages
	struct unwind_segment segments[UNWIND_SEGMENTS];
};

// ---- the walk --------------------------------------------------------------

// Bits of a frame that no user address has.
#define UNWIND_GUESSED (1ull << 63)	// found by the frame pointer, where there is no table
#define UNWIND_CUT (1ull << 62)		// the last one, though it was called by something
#define UNWIND_ADDRESS ((1ll << 62) - 1)

enum unwind_end {
	UNWIND_GOES_ON,
	UNWIND_COMPLETE,
	UNWIND_NO_MAPPING,	// an address where nothing is mapped
	UNWIND_NO_ROW,		// neither a table nor a frame pointer
	UNWIND_NO_RULE,		// UNWIND_UNSUPPORTED
	UNWIND_FAULT,		// the stack cannot be read
	UNWIND_BAD_STACK,	// the caller's stack is below
	UNWIND_TOO_DEEP,
};

// What a walk returns: the number of frames, its end (UNWIND_GOES_ON: as many as were
// wanted), and whether any frame is a guess.
#define UNWIND_RESULT(n, end, guessed) ((unsigned long long)(n) | (unsigned long long)(end) << 8 | \
	(unsigned long long)(guessed) << 16)
#define UNWIND_RESULT_GUESSED (1ull << 16)

// One walk: a slot of a CPU's scratch.
struct dt_walk {
	unsigned long long ip, sp, fp;
	unsigned long long mm;		// the task's struct mm_struct
	unsigned long long adjust;	// 1: ip is a return address, behind the call
	unsigned long long guessed;	// UNWIND_GUESSED, if ip is
	struct unwind_mapping {
		unsigned long long start, length, bias, base;
		unsigned int page, npages;	// of its file's table; 0: none
	} mappings[UNWIND_MAPPINGS];	// the last ones
	unsigned long long now, next;	// the frame's own; the one to replace
	unsigned long long pair[2];	// read at once
	unsigned long long word;	// of the stack
	unsigned long long window_at;
	unsigned long long window[UNWIND_WINDOW / 8];
	unsigned long long node[UNWIND_NODE / 8];
	unsigned long long max;		// frames that are wanted
	unsigned long long frames[UNWIND_FRAMES];	// what came of it
};

struct unwind_scratch {
	unsigned long long busy;	// a bit per slot
	struct dt_walk slots[UNWIND_SLOTS];
};

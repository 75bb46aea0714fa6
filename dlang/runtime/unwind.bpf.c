// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The walk of the current task's user stack by unwind tables (unwind.h). It
// reads kernel memory to learn which file is mapped at an address; what comes
// out is addresses that were on the user's own stack, and how far it came.
//
// No state but a scratch slot, so that walks may interrupt each other. Where
// there is no table it takes one step by the frame pointer and says so.

#include "dlang/runtime/rt.bpf.h"
#include "dlang/runtime/unwind.h"

// A map, which the core puts here when it links.
#define MAP(name) ({ void *map_; asm("%0 = dt_map_" #name " ll" : "=r"(map_)); map_; })

// A number of the running kernel, likewise: where a member is.
#define K(name) ({ u64 number_; asm("%0 = dt_k_" #name " ll" : "=r"(number_)); number_; })

static void *(*const map_lookup)(const void *map, const void *key) = (void *)1;
static long (*const get_stack)(void *ctx, void *buf, u32 size, u64 flags) = (void *)67;
static void *(*const current_task)(void) = (void *)158;
static void *(*const task_regs)(void *task) = (void *)175;

// Of x86-64: struct pt_regs, and the selector of 64-bit code.
enum { REGS_FP = 32, REGS_IP = 128, REGS_CS = 136, REGS_SP = 152, CODE_64 = 0x33 };
// And what lies at sp in a signal handler's caller: in struct ucontext.
enum { SIGNAL_FP = 120, SIGNAL_SP = 160, SIGNAL_IP = 168 };

enum { MODE_NOACCOUNT = 1 << 29 };	// of struct file's f_mode
enum { WORDS = UNWIND_WINDOW / 8, MAX_STRIDE = 1 << 20, ENTRY_SPAN = 64, USER = 1 << 8 };

#define USER_END (1ul << 56)	// above all addresses that a user may have, whatever the page tables

INLINE u64 kernel_word(u64 address)
{
	u64 w;

	if (read_kernel(&w, 8, address))
		w = 0;
	return w;
}

// ---- mappings --------------------------------------------------------------

// Of the maple tree: the mark of a root that is a node, kinds of nodes, and where
// their slots start, which is behind the pivots. The core makes sure that the
// kernel has them so.
enum { ROOT = 2, LEAF = 1, RANGE = 2, ARANGE = 3, RANGE_PIVOTS = 15, ARANGE_PIVOTS = 9 };

// The VMA at an address or above it, by a tree that may change meanwhile: what
// comes is checked by who asks. 0: none.
INLINE u64 find_vma(struct dt_walk *w, u64 node, u64 address)
{
	if ((node & 3) != ROOT)
		return 0;
	for (int level = 0; level < 8; level++) {
		u64 kind = node >> 3 & 15, pivots = kind == ARANGE ? ARANGE_PIVOTS : RANGE_PIVOTS, i;

		if (node < 4096 || kind < LEAF || kind > ARANGE ||
		    read_kernel(w->node, UNWIND_NODE, node & ~255ul))
			return 0;
		for (i = 0; i < RANGE_PIVOTS; i++) {
			u64 pivot = w->node[1 + i];

			if (i >= pivots || pivot >= address || (!pivot && i))
				break;
		}
		i = forget(i + 1 + pivots, w->node[0]);
		node = w->node[i & (UNWIND_NODE / 8 - 1)];
		if (kind == LEAF)
			return node;
	}
	return 0;
}

// The inode that the process opened: a file system in layers maps another one, by
// a file of its own that the kernel does not account.
INLINE u64 inode_of(u64 file)
{
	u64 mode = kernel_word(file + K(file_mode));

	if (mode & MODE_NOACCOUNT && mode & K(mode_backing))
		return kernel_word(kernel_word(file + K(backing_dentry)) + K(dentry_inode));
	return kernel_word(file + K(file_inode));
}

// Which file it is; false: none.
INLINE int identify(struct unwind_file_key *key, u64 mm, u64 file, u64 start)
{
	u64 inode;

	key->inode = 0;
	key->device = 0;
	key->zero = 0;
	if (!file)
		return kernel_word(mm + K(mm_vdso)) == start;
	inode = inode_of(file);
	key->inode = kernel_word(inode + K(inode_number));
	key->device = (u32)kernel_word(kernel_word(inode + K(inode_super)) + K(super_device));
	return 1;
}

// Fills in the table of a mapping at this address, if its file has one.
INLINE void find_table(struct dt_walk *w, struct unwind_mapping *m, u64 vma, u64 at)
{
	struct unwind_file_key key;	// on the stack: 6.1 takes no key from elsewhere
	const struct unwind_file *f;
	u64 offset = at - m->start;

	if (read_kernel(w->pair, 16, vma + K(vma_pgoff)) || !identify(&key, w->mm, w->pair[1], m->start))
		return;
	f = map_lookup(MAP(files), &key);
	if (!f)
		return;
	if (key.inode)
		offset += w->pair[0] << K(page_shift);
	for (int i = 0; i < UNWIND_SEGMENTS; i++) {
		const struct unwind_segment *s = &f->segments[i];

		if (offset - s->offset < s->size) {
			m->bias = at - (offset - s->offset + s->address);
			m->base = f->base;
			m->page = f->page;
			m->npages = f->npages;
			return;
		}
	}
}

// Takes in the mapping at an address. False: there is none.
INLINE int add_mapping(struct dt_walk *w, u64 at)
{
	u64 vma = find_vma(w, kernel_word(w->mm + K(mm_root)), at), i;
	struct unwind_mapping *m;

	if (!vma || read_kernel(w->pair, 16, vma + K(vma_start)))
		return 0;
	if (at < w->pair[0] || at >= w->pair[1])
		return 0;
	i = w->now = w->next++ & (UNWIND_MAPPINGS - 1);
	HIDE(i);
	i &= UNWIND_MAPPINGS - 1;
	m = &w->mappings[i];
	m->start = w->pair[0];
	m->length = w->pair[1] - w->pair[0];
	m->npages = 0;
	find_table(w, m, vma, at);
	return 1;
}

// Makes the mapping of the frame the one of now. 0, or UNWIND_NO_MAPPING.
GLOBAL s64 dt_unwind_map(struct dt_walk *w)
{
	u64 at;

	if (!w)
		return UNWIND_NO_MAPPING;
	at = w->ip - w->adjust;
	for (int i = 0; i < UNWIND_MAPPINGS; i++) {
		if (at - w->mappings[i].start < w->mappings[i].length) {
			w->now = (u64)i;
			return 0;
		}
	}
	return add_mapping(w, at) ? 0 : UNWIND_NO_MAPPING;
}

// ---- tables ----------------------------------------------------------------

struct chunk {
	u32 rows[UNWIND_CHUNK_ROWS];
};

struct pages {
	struct unwind_page p[UNWIND_MAX_PAGES];
};

struct rules {
	struct unwind_rule r[UNWIND_MAX_RULES];
};

// The number of the rule at a place of a page that has n rows from row on.
GLOBAL s64 dt_unwind_row(u32 row, u32 n, u32 place)
{
	u32 zero = 0, at = row / UNWIND_CHUNK_ROWS, base = row & (UNWIND_CHUNK_ROWS - 1);
	u32 limit = place << UNWIND_ROW_SHIFT | ((1u << UNWIND_ROW_SHIFT) - 1);
	const struct chunk *chunk;
	void *inner;

	inner = map_lookup(MAP(chunks), &at);
	if (!inner)
		return -1;
	chunk = map_lookup(inner, &zero);
	if (!chunk)
		return -1;
	for (int i = 0; i < UNWIND_PAGE_SHIFT + 1; i++) {
		u32 half = n >> 1, middle = base + half;

		if (n <= 1)
			break;
		HIDE(middle);
		middle &= UNWIND_CHUNK_ROWS - 1;
		if (chunk->rows[middle] <= limit)
			base = middle;
		n -= half;
	}
	HIDE(base);
	return chunk->rows[base & (UNWIND_CHUNK_ROWS - 1)] & ((1u << UNWIND_ROW_SHIFT) - 1);
}

// The rule at an address of the mapping of now, or NULL.
INLINE const struct unwind_rule *find_rule(struct dt_walk *w, u64 ip)
{
	const struct unwind_mapping *m;
	const struct pages *pages;
	const struct rules *rules;
	u64 page, number = w->now;
	u32 zero = 0;

	HIDE(number);
	m = &w->mappings[number & (UNWIND_MAPPINGS - 1)];
	ip -= m->bias;
	page = (ip - m->base) >> UNWIND_PAGE_SHIFT;
	if (page >= m->npages)
		return NULL;
	page += m->page;
	pages = map_lookup(MAP(pages), &zero);
	if (!pages)
		return NULL;
	HIDE(page);
	page &= UNWIND_MAX_PAGES - 1;
	if (!pages->p[page].n)
		return NULL;
	number = (u64)dt_unwind_row(pages->p[page].row, pages->p[page].n, ip & (UNWIND_PAGE_SIZE - 1));
	HIDE(number);
	rules = map_lookup(MAP(rules), &zero);
	if (!rules || number >= UNWIND_MAX_RULES)
		return NULL;
	return &rules->r[number];
}

// ---- the stack -------------------------------------------------------------

// Reads a window of the stack from an address on; none when it crosses the end.
INLINE void fill(struct dt_walk *w, u64 from)
{
	w->window_at = read_user(w->window, UNWIND_WINDOW, from) ? 1 : from;
}

// A word of the stack, to w->word. False: it cannot be read.
INLINE int stack_word(struct dt_walk *w, u64 address)
{
	u64 at = address - w->window_at;

	if (!(at & 7) && at < UNWIND_WINDOW) {
		at >>= 3;
		HIDE(at);
		w->word = w->window[at & (WORDS - 1)];
		return 1;
	}
	return !read_user(&w->word, 8, address);
}

INLINE s64 go_to(struct dt_walk *w, u64 ip, u64 sp, u64 fp, u64 guessed)
{
	w->ip = ip;
	w->sp = sp;
	w->fp = fp;
	w->adjust = 1;
	w->guessed = guessed;
	return ip ? UNWIND_GOES_ON : UNWIND_COMPLETE;
}

// To the caller by the frame pointer, if it can be one. Code that has no table is
// outermost when its stack is where the kernel began it, give or take what it
// pushed: the loader's and some programs' first function.
INLINE s64 step_by_pointer(struct dt_walk *w)
{
	u64 fp = w->fp, top = kernel_word(w->mm + K(mm_start_stack)), up;

	if (w->sp + ENTRY_SPAN > top && w->sp < top + ENTRY_SPAN)
		return UNWIND_COMPLETE;
	if (fp & 7 || fp < w->sp || fp - w->sp > MAX_STRIDE || !stack_word(w, fp))
		return UNWIND_NO_ROW;
	up = w->word;
	if (!stack_word(w, fp + 8) || !w->word || w->word >= USER_END)
		return UNWIND_NO_ROW;
	return go_to(w, w->word, fp + 16, up, UNWIND_GUESSED);
}

// To what a signal interrupted: its registers lie at sp.
INLINE s64 step_by_signal(struct dt_walk *w)
{
	u64 sp = w->sp;

	if (read_user(&w->sp, 8, sp + SIGNAL_SP) || read_user(&w->fp, 8, sp + SIGNAL_FP) ||
	    read_user(&w->ip, 8, sp + SIGNAL_IP))
		return UNWIND_FAULT;
	w->adjust = 0;
	w->guessed = 0;
	return w->ip ? UNWIND_GOES_ON : UNWIND_COMPLETE;
}

// To the caller, whose stack pointer was cfa.
INLINE s64 step_by_rule(struct dt_walk *w, const struct unwind_rule *rule, u64 cfa)
{
	u64 low = cfa - 8, saved = 0, fp = w->fp;

	if (rule->fp == UNWIND_FP_CFA)
		saved = cfa + (u64)(s64)rule->fp_offset;
	if (rule->fp == UNWIND_FP_FP)
		saved = fp + (u64)(s64)rule->fp_offset;
	if (rule->fp == UNWIND_FP_LOST)
		fp = 0;
	if (saved && saved < low && low - saved < UNWIND_WINDOW - 8)
		low = saved;
	if (low - w->window_at > UNWIND_WINDOW - 8 || cfa - 8 - w->window_at > UNWIND_WINDOW - 8)
		fill(w, low);
	if (saved) {
		if (!stack_word(w, saved))
			return UNWIND_FAULT;
		fp = w->word;
	}
	if (!stack_word(w, cfa - 8))
		return UNWIND_FAULT;
	if (w->word >= USER_END)
		return UNWIND_BAD_STACK;
	return go_to(w, w->word, cfa, fp, 0);
}

// To the caller of the frame, whose mapping is the one of now.
GLOBAL s64 dt_unwind_step(struct dt_walk *w)
{
	const struct unwind_rule *rule;
	u64 ip, cfa;

	if (!w)
		return UNWIND_NO_MAPPING;
	ip = w->ip - w->adjust;
	rule = find_rule(w, ip);
	if (!rule || rule->cfa == UNWIND_NONE)
		return step_by_pointer(w);
	cfa = (rule->cfa == UNWIND_FP || rule->cfa == UNWIND_AT_FP ? w->fp : w->sp) + (u64)(s64)rule->offset;
	switch (rule->cfa) {
	case UNWIND_SP:
	case UNWIND_FP:
		break;
	case UNWIND_AT_SP:
	case UNWIND_AT_FP:
		if (!stack_word(w, cfa))
			return UNWIND_FAULT;
		cfa = w->word;
		break;
	case UNWIND_PLT:
		cfa = w->sp + ((ip & 15) >= (u64)(s64)rule->offset ? 16 : 8);
		break;
	case UNWIND_SIGNAL:
		return step_by_signal(w);
	case UNWIND_END:
		return UNWIND_COMPLETE;
	default:
		return UNWIND_NO_RULE;
	}
	if (cfa <= w->sp)
		return UNWIND_BAD_STACK;
	return step_by_rule(w, rule, cfa);
}

// ---- a walk ----------------------------------------------------------------

// The number of a slot that was free and is taken; UNWIND_SLOTS: there is none.
INLINE u64 take_slot(struct unwind_scratch *s)
{
	u64 i, busy = 0;

	for (i = 0; i < UNWIND_SLOTS; i++) {
		busy = __sync_fetch_and_or(&s->busy, 1ul << i);
		if (!(busy >> i & 1))
			break;
	}
	return forget(i, busy);
}

// The registers with which the task came into the kernel. False: it has no user
// side, or one of 32 bits.
INLINE int start(struct dt_walk *w)
{
	void *task = current_task();
	char *regs;

	w->mm = kernel_word((u64)task + K(task_mm));
	if (!K(usable) || !w->mm)
		return 0;
	regs = task_regs(task);
	if (*(u64 *)(regs + REGS_CS) != CODE_64)
		return 0;
	w->ip = *(u64 *)(regs + REGS_IP);
	w->sp = *(u64 *)(regs + REGS_SP);
	w->fp = *(u64 *)(regs + REGS_FP);
	w->adjust = 0;
	w->guessed = 0;
	for (int i = 0; i < UNWIND_MAPPINGS; i++)
		w->mappings[i].length = 0;
	w->window_at = 1;
	return 1;
}

// A task that executes a program has no stack any more, from when the kernel has
// taken its memory until the new program starts: where it called from is its
// outermost frame, as nothing will return.
INLINE int is_replaced(struct dt_walk *w, u64 n, u64 end)
{
	return end == UNWIND_NO_MAPPING && n == 1 && read_user(&w->word, 8, w->sp);
}

// The task's frames, at most w->max, to w->frames, and zeros behind them: how many
// and how it went, see UNWIND_RESULT; 0: none. The verifier checks it once in a program,
// however many stacks that takes. The limit is loaded for each frame, so that what
// the verifier learns by one compare does not tell one way out from the others.
GLOBAL s64 dt_unwind_walk(struct dt_walk *w)
{
	u64 end = UNWIND_GOES_ON, n = 0, guessed = 0, last;

	if (!w || !start(w))
		return 0;
	for (u64 i = 0; i < UNWIND_FRAMES; i++)
		w->frames[i] = 0;
	for (u64 i = 0; i < UNWIND_FRAMES && i < w->max; i++) {
		HIDE(i);
		w->frames[i] = w->ip | w->guessed;
		guessed |= w->guessed;
		n = i + 1;
		end = (u64)dt_unwind_map(w);
		if (!end)
			end = (u64)dt_unwind_step(w);
		if (end)
			break;
	}
	// Once, and not in the loop, which the verifier goes through frame by frame.
	n = forget(n, w->ip);
	if (is_replaced(w, n, end))
		end = UNWIND_COMPLETE;
	if (n >= w->max && n < UNWIND_FRAMES - 1)
		end = UNWIND_GOES_ON;	// it does not matter who called the last one
	last = n - 1;
	HIDE(last);
	if (end > UNWIND_COMPLETE && last < UNWIND_FRAMES)
		w->frames[last] |= UNWIND_CUT;
	if (!end && w->max >= UNWIND_FRAMES - 1)
		end = UNWIND_TOO_DEEP;
	return (s64)UNWIND_RESULT(n, end, guessed >> 63);
}

// By the kernel's own walk, which knows frame pointers only.
INLINE s64 walk_by_pointers(void *ctx, u64 *frames, u64 max)
{
	long bytes = get_stack(ctx, frames, (u32)max * 8, USER);

	for (u64 i = 1; i < UNWIND_FRAMES && i < max; i++) {
		HIDE(i);
		frames[i] |= -frames[i] & UNWIND_GUESSED;	// unless 0
	}
	return bytes > 0 ? (s64)UNWIND_RESULT(bytes >> 3, UNWIND_GOES_ON, bytes > 8) : 0;
}

// The user stack of the current task: as many frames as there are, at most n, and
// zeros behind them, with UNWIND_GUESSED and UNWIND_CUT where that is so. Returns an
// UNWIND_RESULT. It has the context, so the verifier goes through it at each call: it does
// only what needs the context or the buffer. A scratch has no more frames than
// UNWIND_FRAMES, and what lies behind them is the kernel's, whatever n says.
GLOBAL s64 dt_ustack(void *ctx, u64 *frames, u64 n)
{
	struct unwind_scratch *s;
	u64 slot, got = 0;
	u32 zero = 0;

	if (n > UNWIND_FRAMES)
		n = UNWIND_FRAMES;
	s = map_lookup(MAP(scratch), &zero);
	slot = s ? take_slot(s) : UNWIND_SLOTS;
	if (s && slot < UNWIND_SLOTS) {
		s->slots[slot].max = n;
		got = (u64)dt_unwind_walk(&s->slots[slot]);
		read_kernel(frames, (u32)n * 8, (u64)s->slots[slot].frames);
		__sync_fetch_and_and(&s->busy, ~(1ul << slot));
	}
	return got ? (s64)got : walk_by_pointers(ctx, frames, n);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the compiler must know of a probe: names, the kernel hook it sits on,
// and where its arguments come from. Providers fill these in; dlang knows no
// provider by name. The records belong to the catalogue and outlive a compile.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/attributes.h"

enum hook_kind {
	HOOK_TP_BTF,	// a tracepoint, typed (BPF_TRACE_RAW_TP); name = tracepoint
	HOOK_PERF_CLOCK,// cpu-clock on every CPU; period in ns
	HOOK_TICK,	// cpu-clock on one CPU; period in ns
	HOOK_BEGIN,	// run once by the core, as the client's task, before all others
	HOOK_END,	// the same, after all others
	HOOK_COUNTER,	// a perf event on every CPU, each time it has counted period of them
	HOOK_PACKET_IN,	// an IP packet has reached its socket (cgroup_skb at the root of version 2)
	HOOK_PACKET_OUT,// a socket sends an IP packet, before it is cut into fragments
	HOOK_UPROBE,	// places in the code of processes, which the core knows by set
	HOOK_URETPROBE,	// the same, when the function that begins there returns
	HOOK_FENTRY,	// a kernel function is entered: btf_id; the context is its arguments, typed
	HOOK_FEXIT,	// it returns: the arguments, then what it returns
	HOOK_KPROBE_MULTI,	// many functions at once (targets); the context is their pt_regs
	HOOK_KRETPROBE_MULTI,
	HOOK_KPROBE,	// the same, with a kprobe for each
	HOOK_KRETPROBE,
	HOOK_ERROR,	// no program of its own: compiled into every program that can fault
};

// Is it on functions of the kernel?
static inline bool hook_is_on_function(enum hook_kind kind)
{
	return kind >= HOOK_FENTRY && kind <= HOOK_KRETPROBE;
}

// Is it on places in the code of processes?
static inline bool hook_is_placed(enum hook_kind kind)
{
	return kind == HOOK_UPROBE || kind == HOOK_URETPROBE;
}

// One kernel attachment point. Two probes share a program exactly when their
// hook pointers are equal.
struct probe_hook {
	enum hook_kind kind;
	const char *name;
	uint32_t btf_id;	// HOOK_TP_BTF: type id of btf_trace_<name>; HOOK_BEGIN/END: of bpf_iter_task
	uint64_t period;	// clocks: ns; HOOK_COUNTER: events
	uint32_t nctx;		// HOOK_TP_BTF, HOOK_FENTRY, HOOK_FEXIT: words of context
	bool targets;		// a program on it is on one place for each of its probes, told apart by a cookie
	// HOOK_COUNTER: perf_event_attr's type and config, and what does not count.
	uint32_t event_type;
	uint64_t event_config;
	bool no_user, no_kernel;
	uint32_t set;		// HOOK_UPROBE, HOOK_URETPROBE
};

// Of hooks on functions of the kernel ARG_PARAM and ARG_RESULT (of a function with a parameters) are the same;
// ARG_COOKIE is the lower half (a = 0) or the upper (a = 1) of the target's, or all of it (a = 2).
//
// Where the guard takes an argument slot from. The guard runs before the body
// and copies exactly the slots that the program lists (struct slot_source).
enum arg_source {
	ARG_ZERO,
	ARG_CTX,		// context word a
	ARG_REGS,		// 8 bytes at offset b of the pt_regs that context word a points to
	ARG_SYSCALL_NR,		// a = context word of the number, or of pt_regs when b = 1 (sys_exit);
				// callers of another ABI never reach the body (counted)
	ARG_SYSCALL_RET,	// context word a; an error becomes -1
	ARG_SYSCALL_ERRNO,	// context word a; the errno of an error, else 0
	ARG_CLOCK_KPC,		// clocks and counters: interrupted kernel pc, or 0
	ARG_CLOCK_UPC,		// interrupted user pc, or 0
	ARG_COUNTER_ADDR,	// HOOK_COUNTER: the address that the event is about
	ARG_PACKET,		// HOOK_PACKET_...: the address of the struct sk_buff, as a number
	ARG_PACKET_SOCK,	// HOOK_PACKET_...: of its socket the protocol (a = 0) or the type (a = 1)
	ARG_COOKIE,		// HOOK_U...: of the place: the probe's id << 32 | bits, see struct probe
	ARG_PARAM,		// HOOK_U...: parameter a of a function that was entered just now
	ARG_RESULT,		// HOOK_U...: what it returns
	ARG_PLACED,		// HOOK_UPROBE: argument a of a program's own probe, as the core knows for the set
	ARG_TASK,		// BEGIN and END: the client's task_struct (a BTF pointer)
	ARG_CURRENT,		// confined: a = enum current_word, of the process that the probe is about
	ARG_SELF,		// confined: the task's value in map a (a task storage), may be null
};

// What a confined program, which sees no task_struct, is told of the current thread.
enum current_word {
	CURRENT_PID, CURRENT_TID, CURRENT_PPID, CURRENT_UID, CURRENT_GID,
	CURRENT_BEGAN,		// when the process did, ns (start_boottime of the leader)
	CURRENT_THREAD_BEGAN,	// when the thread did (start_time)
	CURRENT_NAME, CURRENT_NAME_END,	// comm, eight bytes each
	CURRENT_N
};

struct slot_source {
	enum arg_source kind;
	uint16_t a, b;
};

struct probe_binding;
struct provider;

#define PROBE_MAXARGS 12

// HOOK_COUNTER: the least period of an event that the processor counts, so that it does not only interrupt.
#define COUNTER_PERIOD_MIN 5000

struct probe_arg {
	struct slot_source source;
	uint32_t btf_type;	// typed by kernel BTF (args[n]); 0: see ctype
	const char *ctype;	// or by C text ("int", "const char *"); NULL: untyped
	const char *xlate;	// args[n] is translated to this type ("bufinfo_t *"); NULL: as it is
	const char *refusal;	// where it is, so that a program cannot have it; NULL: it can
	bool kernel_ptr;	// the value is a kernel pointer that the verifier knows by BTF, where the hook has it typed
};

enum probe_flag {
	PROBE_ENTRY = 1,	// -F: entry-type
	PROBE_RETURN = 2,	// -F: return-type
	PROBE_PROCESS_CTX = 4,	// current is the process the event is about
	PROBE_ERRNO = 8,	// errno is valid: source in errno_source
	PROBE_LATER = 16,	// there is none of its description on this hook yet, but there may be, with other names
};

// The least class of user that may enable a probe. Those below kernel are confined: what they
// run sees processes of their own and no memory of the kernel.
enum probe_class { PROBE_CLASS_KERNEL, PROBE_CLASS_PROC, PROBE_CLASS_USER };

struct probe {
	uint32_t id;
	const char *prov, *mod, *func, *name;
	const struct probe_hook *hook;
	// Where it is instead if a program enables many probes that have one; with targets. NULL: it stays.
	const struct probe_hook *shared;
	// A stable probe: where it fires. It has no hook then, and the sources of its args say nothing.
	const struct probe_binding *binding;
	// Several probes on one hook are told apart by a selector value.
	bool selected;
	struct slot_source selector;
	// Of user probes the selector is the whole cookie, and the probe fires when that has one of these bits: a
	// probe may be there for several descriptions, with the bit of each, and more may come while a program runs.
	uint32_t sel;		// fires when the selector has this value; id == id_base + sel
	uint32_t id_base;
	bool has_id_source;	// the id is not that, but this slot; on hooks with targets
	struct slot_source id_source;
	uint32_t nsel;		// selector values on this hook are below this (syscall: table size); user probes: id - id_base
	uint32_t flags;
	enum probe_class least;
	struct slot_source errno_source;
	uint32_t nargs;
	const struct probe_arg *args;
	const struct provider *owner;	// the catalogue's
	const char *note;		// a stable probe: what is not exact about it; NULL: nothing
};

// A probe description with empty fields as NULL; text is for messages.
struct probe_desc {
	const char *prov, *mod, *func, *name;
	uint32_t id;		// != 0: by id
};

// A provider of a file that names $target. What it is bound to there is only once there is a process: the file is
// read again for each that is asked for.
struct process_provider {
	const char *name;
	const struct probe_desc *hooks;	// that its probes are bound to; their providers end in "$target"
	uint32_t nhooks;
	uint32_t nprobes;		// at most, of one process
	const struct process_file *file;	// the compiler's own
};

// Where a reading of provider files puts what it finds. Names are interned.
struct probe_sink {
	void *ctx;
	uint32_t (*add)(void *ctx, struct probe p);	// returns its id
	// The probe, or all of the provider where only that is named, cannot fire: one sentence.
	void (*missing)(void *ctx, const struct probe *names, const char *why);
	// A further name of a probe, of which provider and name are given; empty fields match anything.
	void (*alias)(void *ctx, const struct probe_desc *alias, const struct probe *meant);
	// It lives as long as what was read.
	void (*per_process)(void *ctx, const struct process_provider *p);
	// "Evolving/Evolving/Common" of a part of the provider ("name", "args" ...).
	void (*attributes)(void *ctx, const char *provider, const char *part, const char *words);
};

// The catalogue as dlang sees it. match() calls fn for each probe that the
// description names, in id order, creating probes on demand (profile-99); fn
// returns false to stop. Returns the number matched, or -E2BIG past the limit,
// or a negative errno with *why set to one sentence (a probe that exists by
// name but cannot fire, a bad rate ...).
struct probe_source {
	void *ctx;
	int (*match)(void *ctx, const struct probe_desc *d, bool (*fn)(void *arg, const struct probe *p),
		     void *arg, const char **why);
	// Notes a description of probes of processes, which somebody else has to find before match()
	// can have them; true: that has not been done yet.
	bool (*want)(void *ctx, const struct probe_desc *d);
	// For hints: calls fn with every provider, function or name known (field 0..3).
	void (*names)(void *ctx, int field, void (*fn)(void *arg, const char *name), void *arg);
	// The stability of the probe's fields and arguments; what is not known stays as it is.
	void (*attributes)(void *ctx, const struct probe *p, struct attributes fields[ATTR_N]);
};

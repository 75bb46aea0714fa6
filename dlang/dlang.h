// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The D compiler as a library. Pure: opens no file, knows no provider, keeps no
// global state. The zygote makes one dlang_env with everything warm; a worker
// calls dlang_compile() once with a request and gets an object or diagnostics.

#include "dlang/diag.h"
#include "dlang/object.h"
#include "dlang/probe.h"

struct btf;
struct sources;

// Addresses of kernel symbols.
struct symbol_source {
	const void *ctx;
	// mod NULL: of the kernel itself or any module. False: not in the list.
	bool (*find)(const void *ctx, const char *mod, const char *name, uint64_t *address);
	// The first symbol behind an address; 0: none.
	uint64_t (*after)(const void *ctx, uint64_t address);
	uint64_t percpu_offsets;	// of the array of offsets by CPU; 0: unknown
	bool has_data;			// variables are listed, too
	bool nothing;			// the list could not be read
};

// What is known of a CPU; -1: not known.
struct cpu_facts {
	int32_t package, node, mhz;
	int32_t online;			// of all CPUs: how many are; the same in each
};

struct dlang_env {
	struct arena *arena;		// the compile's memory
	struct interns *interns;
	struct types *types;
	const struct probe_source *probes;
	uint32_t ncpus;			// possible CPUs
	const struct cpu_facts *cpus;	// of each; NULL: nothing is known
	// The hook that fires at every context switch (args: preempt, prev, next), for
	// vtimestamp; NULL: vtimestamp advances with the scheduler's ticks only.
	const struct probe *on_switch;
	const struct symbol_source *symbols;	// NULL: none
	struct dlang_prelude *prelude;	// the system's libraries; NULL: none. Used up by a compile
};

enum text_kind {
	TEXT_FILE,			// -s
	TEXT_NAME, TEXT_FUNC, TEXT_MODULE, TEXT_PROVIDER, TEXT_ID,	// -n -f -m -P -i
	TEXT_STABLE,			// a file of stable providers
};

struct dlang_text {
	enum text_kind kind;
	const char *name;		// file name for messages; NULL for command-line text
	const char *text;
	size_t len;
};

// Reads libraries once, for compiles in processes forked from this one. Those
// that are wrong are left out and reported.
struct dlang_prelude *dlang_prelude_new(struct dlang_env *env, const struct dlang_text *libraries,
					uint32_t n, struct diags *d, struct sources **sources);

// Reads provider files (providers/README.md) after the libraries of p; what they have goes to
// the sink. What is wrong with a file is added to d, and its providers are then missing; what is wrong with
// all alternatives of a binding, too, and its probe is missing.
void dlang_stable_read(struct dlang_prelude *p, const struct dlang_text *texts, uint32_t n,
		       const struct probe_sink *sink, struct diags *d);

// Reads a provider for one process, whose number is given as text; its probes, of provider NAMEnumber, go to the
// sink. The probes of the process are env's by now, and env is not that of the first reading.
void dlang_process_read(struct dlang_env *env, const struct process_provider *p, const char *process,
			const struct probe_sink *sink);

enum dlang_product {
	PRODUCT_SESSION,		// an object that the core can run
	PRODUCT_HEADER, PRODUCT_SITES,	// files that programs with probes are built with (-h, -G)
};

struct dlang_macro {
	const char *name;		// pid ppid uid ... target
	int64_t value;
};

struct dlang_request {
	const struct dlang_text *texts;
	uint32_t ntexts;
	const struct dlang_text *libraries;	// -L: after those of the system
	uint32_t nlibraries;
	const struct dlang_macro *macros;
	uint32_t nmacros;
	const char *const *args;	// $0 $1 ...
	uint32_t nargs;
	const struct option_setting *options;	// -x in order
	uint32_t noptions;
	uint32_t max_probes;		// more matches than this are refused
	enum probe_class confined;	// the class of who asks, if that is below kernel; else 0
	enum dlang_product product;
	uint16_t machine;		// PRODUCT_SITES: e_machine of ELF
	char dump;			// 0, or a pass letter: its dump goes to *dump_text
};

struct dlang_result {
	struct object *object;		// NULL when there were errors, and for other products
	const char *file;		// the other products: bytes, NULL when there were errors
	size_t file_len;
	const char *const *warnings;	// one sentence each
	uint32_t nwarnings;
	struct diags diags;
	struct sources *sources;	// to render the diagnostics
	const char *dump_text;
	struct option_setting *options;	// effective ones, pragmas included
	uint32_t noptions;
	bool errtags;			// -x errtags was set
};

// 0: res->object or res->file is set. 1: res->diags say why not. 2: neither, for the request needs
// probes of processes first (want() of struct probe_source).
enum { DLANG_WANTS = 2 };
int dlang_compile(struct dlang_env *env, const struct dlang_request *req, struct dlang_result *res);

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reads the running kernel, see warm.h. Needs root only for tracefs: where it is
// not mounted, it is mounted in a mount namespace of this process.

#include "daemon/compile/warm.h"

#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/compile/cpus.h"
#include "daemon/compile/jail.h"
#include "daemon/compile/libraries.h"
#include "daemon/compile/symbols.h"
#include "daemon/kernel/features.h"
#include "daemon/kernel/kfunctions.h"
#include "daemon/log.h"
#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "dlang/base/intern.h"
#include "dlang/dlang.h"
#include "dlang/types/modules.h"
#include "providers/catalogue.h"
#include "providers/provider.h"

#define BTF_FOLDER "/sys/kernel/btf"
#define BTF_PATH BTF_FOLDER "/vmlinux"
#define TRACEFS "/sys/kernel/tracing"

// A file of folder as memory: mapped where the kernel can (6.16), else a copy.
static int read_btf(struct arena *a, int folder, const char *name, const void **data, size_t *size)
{
	CLEANUP(closep) int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t n = 0;
	char *copy;
	void *p;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	*size = (size_t)st.st_size;
	p = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p != MAP_FAILED) {
		*data = p;
		return 0;
	}
	copy = arena_alloc(a, *size);
	while (n < *size) {
		ssize_t r = read(fd, copy + n, *size - n);

		if (r <= 0)
			return r ? -errno : -EIO;
		n += (size_t)r;
	}
	*data = copy;
	return 0;
}

static struct btf *open_btf(struct arena *a)
{
	const char *why = NULL;
	struct btf *btf = NULL;
	const void *data = NULL;
	size_t size = 0;
	int r = read_btf(a, AT_FDCWD, BTF_PATH, &data, &size);

	if (r < 0)
		log_warning("%s: %s; most probes will be missing", BTF_PATH, strerror(-r));
	else if (btf_open(a, data, size, &btf, &why) < 0)
		log_warning("%s: %s; most probes will be missing", BTF_PATH, why);
	return btf;
}

// Modules that are loaded now; they are looked at when their types are asked for.
static struct modules *read_modules(struct arena *a, const struct btf *btf)
{
	CLEANUP(closedirp) DIR *folder = opendir(BTF_FOLDER);
	struct modules *m = btf ? modules_new(a, btf) : NULL;
	struct dirent *d;

	while (m && folder && (d = readdir(folder))) {
		const void *data;
		size_t size;

		if (*d->d_name == '.' || !strcmp(d->d_name, "vmlinux"))
			continue;
		if (read_btf(a, dirfd(folder), d->d_name, &data, &size) == 0)
			modules_add(m, arena_strndup(a, d->d_name, strlen(d->d_name)), data, size);
	}
	return m;
}

// A path at which tracefs can be read, or NULL.
static const char *find_tracefs(void)
{
	static const char *const places[] = { TRACEFS, "/sys/kernel/debug/tracing" };

	for (size_t i = 0; i < NELEMS(places); i++) {
		CLEANUP(closep) int fd = open(places[i], O_PATH | O_CLOEXEC);

		if (fd >= 0 && faccessat(fd, "events", R_OK, 0) == 0)
			return places[i];
	}
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tracefs", TRACEFS, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return NULL;
	return TRACEFS;
}

// The driver of the processor's counters.
static const char *find_pmu(void)
{
	static const char *const places[] = {
		"/sys/bus/event_source/devices/cpu", "/sys/bus/event_source/devices/armv8_pmuv3_0",
		"/sys/bus/event_source/devices/armv8_pmuv3",
	};

	for (size_t i = 0; i < NELEMS(places); i++)
		if (access(places[i], R_OK) == 0)
			return places[i];
	return NULL;
}

int warm_init(struct warm *w, const char **why)
{
	CLEANUP(closep) int symbols = -1;
	int ncpus = libbpf_num_possible_cpus();
	char kallsyms[32];
	const char *tracefs = find_tracefs();
	struct features features = { { 0 } };
	struct function_ways ways;
	char text[256];

	if (ncpus <= 0) {
		*why = "the number of CPUs cannot be found out";
		return ncpus ? ncpus : -EINVAL;
	}
	if (!tracefs)
		log_info("tracefs cannot be read; tracepoints are listed without their subsystem");
	w->ncpus = (uint32_t)ncpus;
	w->arena = arena_new(0, NULL, NULL);
	w->cpus = cpus_read(w->arena, w->ncpus);
	w->interns = interns_new(w->arena, NULL);
	w->btf = open_btf(w->arena);
	w->modules = read_modules(w->arena, w->btf);
	w->symbols = arena_alloc(w->arena, sizeof *w->symbols);
	symbols = symbols_read(w->arena, w->symbols);
	snprintf(kallsyms, sizeof kallsyms, "/proc/self/fd/%d", symbols);
	kfunctions_ways(w->btf, &ways, text, sizeof text);
	if (ways.none)
		ways.none = arena_strndup(w->arena, ways.none, strlen(ways.none));
	w->catalogue = catalogue_new(w->arena, w->interns, &(struct provider_env){
		.btf = w->btf,
		.kallsyms = symbols < 0 ? "/proc/kallsyms" : kallsyms,
		.tracefs = tracefs,
		.modules = w->modules,
		.functions = &ways,
		.no_packets = feature_has(&features, FEATURE_PACKETS) ? NULL :
			feature_sentence(FEATURE_PACKETS),
		.pmu = find_pmu(),
		.counts = feature_counts,
	});
	w->prelude = libraries_read(w);
	malloc_trim(0);
	w->mapped = jail_mapped();
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtraced: options, and the order in which the daemon comes up. The compile
// zygote is forked before anything else is opened.

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon/compile/keeper.h"
#include "daemon/compile/maker.h"
#include "daemon/compile/zygote.h"
#include "daemon/log.h"
#include "daemon/policy/policy_load.h"
#include "daemon/service.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/unwinder.h"
#include "daemon/sym/user.h"
#include "daemon/sym/worker.h"
#include "dlang/runtime/unwind.h"
#include "proto/version.h"

static const char usage[] =
	"Usage: dtraced [OPTION]...\n"
	"Serves DTrace clients on a Unix socket, in the foreground.\n"
	"\n"
	"  --socket PATH   listen here (default: $DTRACED_SOCKET, or " DTRACED_SOCKET_PATH ")\n"
	"  --policy FILE   who may do what (default: " DT_SYSCONFDIR "/dtraced/policy.json, if it exists)\n"
	"  --check-policy  read the policy, say what is wrong with it, and end\n"
	"  --group NAME    without a policy, its members may trace what is theirs (default: dtrace, if it exists)\n"
	"  --providers DIR provider files of the administrator (default: " DT_SYSCONFDIR "/dtraced/providers.d)\n"
	"  --symbol-memory MB  memory for symbols of programs and libraries (default: 64)\n"
	"  --unwind-memory MB  memory for unwind tables, of all sessions together (default: 64)\n"
	"  --compile-time S  processor time that compiling a program may take, in seconds (default: 5)\n"
	"  --private FD    serve one client on an inherited socket, and end with it\n"
	"  --make FD       make one file (dtrace -h, -G) for a client; needs no rights\n"
	"  --verbose       log what happens; twice: everything\n"
	"  --version       print the version\n"
	"  --help          print this\n";

struct options {
	const char *socket, *group, *providers, *policy;
	bool check_policy;
	uint32_t symbol_memory, unwind_memory;	// megabytes; 0: the default
	uint32_t compile_seconds;	// 0: the default
	int connection_fd, make_fd;
	int zygote_fd;		// internal: be the compile zygote of a daemon
	int symbols_fd;		// internal: be its symbol worker
};

enum {
	OPT_SOCKET = 1, OPT_GROUP, OPT_POLICY, OPT_CHECK_POLICY, OPT_PROVIDERS, OPT_SYMBOL_MEMORY, OPT_UNWIND_MEMORY, OPT_COMPILE_TIME, OPT_PRIVATE, OPT_MAKE,
	OPT_ZYGOTE, OPT_SYMBOLS, OPT_VERBOSE, OPT_VERSION, OPT_HELP,
};

enum {
	SYMBOL_MEMORY_MAX = 256,	// megabytes: the worker has not much more for everything
	COMPILE_SECONDS_MAX = 600,
};

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "group", required_argument, NULL, OPT_GROUP },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "check-policy", no_argument, NULL, OPT_CHECK_POLICY },
	{ "providers", required_argument, NULL, OPT_PROVIDERS },
	{ "symbol-memory", required_argument, NULL, OPT_SYMBOL_MEMORY },
	{ "unwind-memory", required_argument, NULL, OPT_UNWIND_MEMORY },
	{ "compile-time", required_argument, NULL, OPT_COMPILE_TIME },
	{ "private", required_argument, NULL, OPT_PRIVATE },
	{ "make", required_argument, NULL, OPT_MAKE },
	{ "zygote", required_argument, NULL, OPT_ZYGOTE },
	{ "symbols", required_argument, NULL, OPT_SYMBOLS },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int parse_fd(const char *text)
{
	char *end;
	long fd = strtol(text, &end, 10);

	if (!*text || *end || fd < 3 || fd > INT_MAX || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
		return -EBADF;
	return (int)fd;
}

static bool parse_number(const char *option, const char *unit, const char *text, unsigned long max, uint32_t *number)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	bool good = *text && !*end && n >= 1 && n <= max;

	*number = good ? (uint32_t)n : 0;
	if (!good)
		log_error("--%s wants a number of %s from 1 to %lu, not '%s'", option, unit, max, text);
	return good;
}

// 0: go on; positive: leave with that status - 1.
static int parse_options(struct options *o, int argc, char **argv)
{
	int c, fd;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_SOCKET: o->socket = optarg; break;
		case OPT_GROUP: o->group = optarg; break;
		case OPT_POLICY: o->policy = optarg; break;
		case OPT_CHECK_POLICY: o->check_policy = true; break;
		case OPT_PROVIDERS: o->providers = optarg; break;
		case OPT_VERBOSE: log_level += log_level < LOG_LEVEL_DEBUG; break;
		case OPT_VERSION: puts("dtraced " DTRACED_VERSION); return 1;
		case OPT_HELP: fputs(usage, stdout); return 1;
		case OPT_PRIVATE:
		case OPT_MAKE:
			fd = parse_fd(optarg);
			*(c == OPT_MAKE ? &o->make_fd : &o->connection_fd) = fd;
			if (fd >= 0)
				break;
			log_error("--private and --make want the number of an open socket, not '%s'", optarg);
			return 3;
		case OPT_SYMBOL_MEMORY:
			if (parse_number("symbol-memory", "megabytes", optarg, SYMBOL_MEMORY_MAX, &o->symbol_memory))
				break;
			return 3;
		case OPT_UNWIND_MEMORY:
			if (parse_number("unwind-memory", "megabytes", optarg, UNWIND_MAX_CHUNKS, &o->unwind_memory))
				break;
			return 3;
		case OPT_COMPILE_TIME:
			if (parse_number("compile-time", "seconds", optarg, COMPILE_SECONDS_MAX, &o->compile_seconds))
				break;
			return 3;
		case OPT_ZYGOTE:
			o->zygote_fd = parse_fd(optarg);
			if (o->zygote_fd >= 0)
				break;
			return 3;
		case OPT_SYMBOLS:
			o->symbols_fd = parse_fd(optarg);
			if (o->symbols_fd >= 0)
				break;
			return 3;
		default: return 3;
		}
	}
	if (o->check_policy && optind + 1 == argc)
		o->policy = argv[optind++];
	if (optind == argc)
		return 0;
	log_error("unexpected argument '%s'", argv[optind]);
	return 3;
}

// A group that was not asked for by name need not be there.
static const char *default_group(void)
{
	return getgrnam("dtrace") ? "dtrace" : "";
}

// With a mistake in it, root alone may trace.
static int find_policy(struct policy **pp, const struct policy_source *source)
{
	const struct policy_source root = { .group = "" };
	struct reason why;
	int r = policy_load(pp, source, &why);

	if (r < 0)
		log_error("%s", why.text);
	if (r >= 0 && *source->group && !(*pp)->builtin)
		log_debug("there is a policy file, so that --group counts for nothing");
	if (r >= 0 || r == -ENOENT)
		return r;
	log_error("the policy cannot be used, so that root alone may trace; mend it, then reload");
	return policy_load(pp, &root, &why);
}

static int check_policy(const struct policy_source *source)
{
	struct policy *p;
	struct reason why;

	if (policy_load(&p, source, &why) < 0) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	printf("%s is good: %u roles, %u bindings\n", p->builtin ? "the built-in policy" : source->file, p->nroles,
		p->nbindings);
	policy_unref(p);
	return 0;
}

// A socket that systemd made, or -1.
static int activation_fd(void)
{
	int n = sd_listen_fds(1);

	if (n > 1)
		log_warning("%d sockets were passed; only the first is used", n);
	if (n < 1)
		return -1;
	return sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) > 0 ?
		SD_LISTEN_FDS_START : -1;
}

static int serve(struct zygote *zygote, struct policy *policy, const struct policy_source *policy_source,
	const struct options *o)
{
	struct service_source source = {
		.path = o->socket, .connection_fd = o->connection_fd, .listen_fd = -1,
	};
	struct zygote_limits limits = zygote_default_limits();
	struct service service;
	struct reason why;
	int r = service_init(&service, zygote, policy, &why);

	if (r < 0) {
		log_error("%s", why.text);
		return r;
	}
	service.policy_source = policy_source;
	if (o->compile_seconds) {
		limits.cpu_ms = 1000 * o->compile_seconds;
		limits.wall_ms = 2 * limits.cpu_ms;
		zygote_set_limits(zygote, &limits);
	}
	syms_set_program(service.server.syms, "/proc/self/exe");
	if (o->symbol_memory)
		user_set_memory(syms_user(service.server.syms), (size_t)o->symbol_memory << 20);
	if (o->unwind_memory)
		unwinder_set_memory(service.server.unwinder, o->unwind_memory);
	if (o->connection_fd < 0)
		source.listen_fd = activation_fd();
	r = service_open(&service, &source, &why);
	if (r < 0) {
		log_error("%s", why.text);
	} else {
		sd_notify(0, "READY=1");
		r = service_run(&service);
		sd_notify(0, "STOPPING=1");
	}
	service_deinit(&service);
	return r;
}

// A standard descriptor that was closed would become the first socket or map, and what
// is printed would go there. On these, reading and writing fail as they should.
static void fill_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_PATH);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

// The limit is low for programs that use select(); this is none, nor are its workers.
static void raise_file_limit(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

int main(int argc, char **argv)
{
	struct options o = {
		.socket = getenv("DTRACED_SOCKET"), .providers = DT_SYSCONFDIR "/dtraced/providers.d",
		.connection_fd = -1, .make_fd = -1, .zygote_fd = -1, .symbols_fd = -1,
	};
	struct features features = { { 0 } };
	struct zygote *zygote = NULL;
	struct policy_source source;
	struct policy *policy;
	const char *why = NULL;
	int r;

	fill_standard_fds();
	r = parse_options(&o, argc, argv);
	if (r)
		return r - 1;
	if (o.zygote_fd >= 0)
		keeper_main(o.zygote_fd, o.providers, log_level >= LOG_LEVEL_DEBUG);
	if (o.symbols_fd >= 0)
		sym_worker_main(o.symbols_fd, log_level >= LOG_LEVEL_DEBUG);
	if (o.make_fd >= 0)
		return maker_run(o.make_fd) < 0 ? 1 : 0;
	source = (struct policy_source){
		.file = o.connection_fd >= 0 ? NULL : o.policy ? o.policy : DT_SYSCONFDIR "/dtraced/policy.json",
		.must_exist = o.policy, .group = o.group ? o.group : default_group(),
	};
	if (o.check_policy)
		return check_policy(&source);
	if (!o.socket || !*o.socket)
		o.socket = DTRACED_SOCKET_PATH;
	why = features_missing(&features, true);
	if (why) {
		log_error("%s", why);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);	// the workers' too; the server has its own handler
	r = zygote_start(&zygote, log_level >= LOG_LEVEL_DEBUG, o.providers, &why);
	if (r < 0) {
		log_error("%s", why ? why : strerror(-r));
		return 1;
	}
	raise_file_limit();
	zygote_set_program(zygote, "/proc/self/exe");
	if (find_policy(&policy, &source) < 0) {
		zygote_stop(zygote);
		return 1;
	}
	return serve(zygote, policy, &source, &o) < 0 ? 1 : 0;
}

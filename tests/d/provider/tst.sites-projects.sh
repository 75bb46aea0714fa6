# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016
# Files of the shapes that well-known projects have, and the calls of their build systems.
cd "$T" || exit

# A database: the preprocessor, names of types that it defines, pragmas behind the provider.
cat > probes.d << 'D'
/* Comment before. */
#define LocalTransactionId unsigned int
#define LockMode int
#define bool unsigned char

provider dbserver {

	probe transaction__start(LocalTransactionId);
	probe lwlock__acquire(const char *, LockMode);
	probe sort__start(int, bool, int, int, bool, int);
	probe buffer__read__done(int, unsigned int, unsigned int, unsigned int, unsigned int, int, bool);
	probe checkpoint__done(int, int, int, int, int);

	probe query__start(const char *);
};

#pragma D attributes Evolving/Evolving/Common provider dbserver provider
#pragma D attributes Private/Private/Unknown provider dbserver module
#pragma D attributes Private/Private/Unknown provider dbserver function
#pragma D attributes Evolving/Evolving/Common provider dbserver name
#pragma D attributes Evolving/Evolving/Common provider dbserver args
D
echo '#include "probes.h"
int main(void) { DBSERVER_QUERY_START("select"); DBSERVER_LWLOCK_ACQUIRE("name", 1); return DBSERVER_SORT_START_ENABLED(); }' > main.c
dtrace -C -h -s probes.d -o probes.h.tmp && mv probes.h.tmp probes.h
gcc -c main.c && cp main.o main.before
dtrace -C -G -s probes.d -o probes.o main.o && cmp main.o main.before
gcc main.o probes.o -o main && ./main && readelf -n main | grep -c 'Provider: dbserver'

# An interpreter: -o before -s, -I, spaces in the types.
cat > interp.d << 'D'
provider interp {
	probe function__entry (const char *, const char *, int, void *);
	probe  gc__start(int);
	probe import__find__load__done(const char *, int);
	probe exception__thrown(char* classname);
};

#pragma D attributes Evolving/Evolving/Common provider interp provider
D
mkdir -p build && dtrace -o build/interp.h -I. -h -s interp.d && dtrace -o build/interp.o -I. -G -s interp.d build/../main.o
grep -c '^#define INTERP_.*_ENABLED() _DTRACE' build/interp.h

# A library: comments with '#', names of arguments, several providers in one file, a macro for the compiler.
cat > libprobes.d << 'D'
provider lib {
	# file: src/util/event.c
	# prefix: event
	# binary: libone.so
	probe event_add_handle(int watch, int fd, int events, void *cb, void *opaque, void *ff);
	probe object_new(void *obj, const char *classname);
};
provider lib_rpc {
	probe client_msg(void *client, size_t len, int prog, int vers, int proc, int type, int status, int serial);
};
D
dtrace -DSTAP_SDT_V2 -xnolibs -o libprobes.h -h -s libprobes.d && dtrace -xlinktype=elf -G -xnolibs -s libprobes.d
readelf -sW libprobes.o | awk '/semaphore/ { print $8 }'

# A runtime: translated arguments whose translators are elsewhere.
cat > runtime.d << 'D'
typedef struct { int dummy; } runtime_connection_t;
typedef struct { int dummy; } connection_t;

provider runtime {
	probe net__connection(runtime_connection_t *c, const char *a, int p, int fd) :
	    (connection_t *c, string a, int p, int fd);
	probe gc__done(int t, int f);
};
D
dtrace -h -xnolibs -s runtime.d && sed -n '/RUNTIME_NET_CONNECTION(/p' runtime.h | head -1
dtrace -s runtime.d -e 2>&1 | sed -n 's/.*line [0-9]*: //p'

# No right is needed, and no daemon.
chmod 777 .
DTRACED_SOCKET=/nonexistent/socket setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v dtrace)" -h -s probes.d -C -o mine.h && cmp mine.h probes.h
# Several files make one result, named by the last.
dtrace -h -s runtime.d -s interp.d && grep -c "_ENABLED() _DTRACE" interp.h
# What names nothing with .d is written to d.out.
dtrace -h -n 'provider p { probe q(); };' && sed -n 1p d.out
# As root of a user namespace that has nobody else, where ids cannot be changed.
if unshare -r true 2> unshare.log; then
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -r "$(command -v dtrace)" -h -s probes.d -C -o inside.h && cmp inside.h probes.h
fi

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// gen_program(): what a program may have, by kind of expression and of
// statement. The types are right and the order of actions is legal, so a program
// that is refused shows a bug, of the compiler or of this file.

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/gen/gen.h"

enum { MAX_AGGS = 5, MAX_KEYS = 4 };

struct aggregation {
	uint32_t func, nkeys;
	char keys[MAX_KEYS];
};

struct program {
	struct sbuf *out;
	uint64_t rng;
	struct aggregation aggs[MAX_AGGS];
	uint32_t naggs;
	bool destructive;
	uint32_t budget;	// of strings made and other large things in the clause
};

static uint32_t pick(struct program *p, uint32_t n)
{
	return gen_pick(&p->rng, n);
}

static const char *one_of(struct program *p, const char *const *list, uint32_t n)
{
	return list[pick(p, n)];
}

#define ONE_OF(p, list) one_of(p, list, sizeof(list) / sizeof *(list))

static void put(struct program *p, const char *s)
{
	sbuf_puts(p->out, s);
}

static void integer(struct program *p, int depth);
static void string(struct program *p, int depth);

static void pointer(struct program *p, int depth);

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '%' || c == '$';
}

// I an integer, S a string, P a pointer to a task, N a small number where they stand alone;
// all else is itself.
static void pattern(struct program *p, const char *s, int depth)
{
	for (const char *c = s; *c; c++) {
		bool alone = (c == s || !in_word(c[-1])) && (!in_word(c[1]) || c[1] == '%');

		if (alone && *c == 'I')
			integer(p, depth);
		else if (alone && *c == 'S')
			string(p, depth);
		else if (alone && *c == 'P')
			pointer(p, depth);
		else if (alone && *c == 'N')
			sbuf_printf(p->out, "%u", pick(p, 8));
		else
			sbuf_putc(p->out, *c);
	}
}

// ---- expressions -----------------------------------------------------------

static const char *const integer_leaves[] = {
	"0", "1", "N", "-1", "255", "65536", "0x7fffffff", "0x8000000000000000", "'x'", "1000000007ull",
	"pid", "tid", "uid", "gid", "ppid", "cpu", "id", "epid", "errno", "timestamp", "vtimestamp",
	"walltimestamp", "ipl", "arg0", "arg1", "arg2", "arg9", "g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7",
	"self->t0", "self->t1", "self->t2", "self->t3", "this->c0", "this->c1", "this->c2", "this->c3",
	"gp.a", "gp.b", "gp.bits", "gp.more", "self->tp.b", "this->cp.bits", "go.p.a", "go.u.whole",
	"go.u.bytes[N]", "go.arr[N % 6]", "ga[N]", "self->ta[N]", "gc", "RED", "BLUE", "LIMIT",
	"sizeof (struct pair)", "sizeof (string)", "offsetof(struct pair, tag)", "rand()",
	"curthread->pid", "curthread->tgid", "curthread->prio", "curthread->real_parent->tgid",
	"curthread->mm->total_vm", "curthread->cred->uid.val", "curthread->se.vruntime", "curthread->comm[N]",
	"curpsinfo->pr_pid", "curpsinfo->pr_ppid", "curlwpsinfo->pr_lwpid", "curcpu->cpu_id", "ENOENT",
	"SIGKILL", "$pid", "caller", "ucaller", "stackdepth", "ustackdepth", "fds[N].fi_oflags", "$uid", "curthread->flags", "curthread->policy",
};

static const char *const integer_trees[] = {
	"(I + I)", "(I - I)", "(I * I)", "(I / (I | 1))", "(I % (I | 1))", "(I / arg0)", "(I % g4)", "(I & I)", "(I | I)", "(I ^ I)", "(I << (I & 63))",
	"(I >> (I & 31))", "(I < I)", "(I <= I)", "(I > I)", "(I >= I)", "(I == I)", "(I != I)", "(I && I)",
	"(I || I)", "(I ^^ I)", "(I ? I : I)", "(I, I)", "-(I)", "~(I)", "!(I)", "+(I)", "(int8_t)(I)",
	"(uint16_t)(I)", "(int)(I)", "(unsigned long)(I)", "(char)(I)", "(S == S)", "(S < S)", "(S != S)",
	"(S >= S)", "strlen(S)", "index(S, S)", "rindex(S, S, I)", "strtoll(S, 16)", "htons(I)", "ntohl(I)",
	"htonll(I)", "as[I, S]", "al[I]", "self->ma[S, I]", "go.arr[arg0 + (I)]", "ga[(I) & 7]", "twice[I]", "mix[I, I]",
	"(P)->pid", "(P)->tgid", "(P)->real_parent->pid", "(P == P)", "((int)(P - P) & N)", "!(P)", "(P != 0)",
	"xlate <struct view> (P).id", "xlate <view_t *> (P)->parent", "progenyof(I)", "getmajor(I)",
	"(uint64_t)(P)", "*(int *)(P)", "*(uint8_t *)((uintptr_t)(P) + N)", "((char *)(P))[N]", "(g3 = I)",
	"(g4 += I)", "(self->t2 -= I)", "(this->c3 *= I)", "g5++", "--g6", "self->t1++", "++this->c2", "(gc = I)",
	"(gp.bits = I)", "(al[I] = I)", "as[I, S]++", "((S)[N] == 'a')", "*(int *)copyin(I, 4)",
	"((struct pair *)copyin(I, sizeof (struct pair)))->more", "strlen(stringof((P)->comm))", "mutex_owned(&(P)->signal->cred_guard_mutex)",
	"(curthread == mutex_owner(&(P)->signal->cred_guard_mutex))", "rw_read_held(&(P)->mm->mmap_lock)",
};

static const char *const string_leaves[] = {
	"\"\"", "\"a\"", "\"hello, world\"", "\"/a/b/../c\"", "execname", "probefunc", "probename", "probemod",
	"probeprov", "s0", "s1", "self->s2", "this->s3", "gn.name", "ss[N]", "curthread->comm", "gp.tag",
	"curpsinfo->pr_fname", "stringof(curthread->comm)", "self->sn.name", "hello",
};

static const char *const string_trees[] = {
	"strjoin(S, S)", "strjoin(S, S)", "substr(S, I)", "substr(S, I, I)", "toupper(S)", "tolower(S)",
	"basename(S)", "dirname(S)", "cleanpath(S)", "strchr(S, 'a')", "strrchr(S, '/')", "strstr(S, S)",
	"strtok(S, \" /\")", "strtok(NULL, S)", "lltostr(I)", "lltostr(I, 16)", "copyinstr(I)",
	"copyinstr(I, 64)", "(I ? S : S)", "stringof((P)->comm)", "(string)(P)->comm", "ss[I]", "json(S, \"a[1].b\")",
	"inet_ntop(2, alloca(16))", "inet_ntoa((unsigned *)alloca(4))", "d_path(&(P)->fs->pwd)", "xlate <view_t *> (P)->name",
	"stringof((char *)copyin(I, 16))", "link_ntop(1, alloca(8))", "greet[S]", "(s0 = S)", "(self->s2 = S)",
};

static const char *const pointers[] = {
	"curthread", "curthread", "self->task", "gtask", "curthread->real_parent", "curthread->group_leader",
	"(struct task_struct *)I", "(I ? P : P)", "(self->task = P)", "st[I]", "(P)->parent",
};

static void integer(struct program *p, int depth)
{
	if (depth <= 0 || pick(p, 4) == 0)
		pattern(p, ONE_OF(p, integer_leaves), 0);
	else
		pattern(p, ONE_OF(p, integer_trees), depth - 1);
}

static void string(struct program *p, int depth)
{
	if (depth <= 0 || !p->budget || pick(p, 2)) {
		pattern(p, ONE_OF(p, string_leaves), 0);
		return;
	}
	p->budget--;
	pattern(p, ONE_OF(p, string_trees), depth - 1);
}

static void pointer(struct program *p, int depth)
{
	uint32_t n = sizeof pointers / sizeof *pointers;

	pattern(p, pointers[pick(p, depth <= 0 ? 6 : n)], depth - 1);
}

// ---- statements ------------------------------------------------------------

static const char *const effects[] = {
	"g0 = I;", "g1 = I;", "g2 += I;", "g3 -= I;", "g4 *= I;", "g5 |= I;", "g6 ^= I;", "g7 = I;", "g7 <<= N;",
	"g6 >>= (I) & 63;", "g4 /= arg1;", "g4 %= (I) | 1;", "g5 &= I;", "g2++;", "--g1;", "self->t0 = I;", "self->t1 += I;",
	"self->t2 = I;", "self->t3 = timestamp;", "self->t3 = 0;", "this->c0 = I;", "this->c1 = I;", "this->c2 -= I;",
	"this->c3 = I;", "s0 = S;", "s1 = S;", "self->s2 = S;", "this->s3 = S;", "gn.name = S;", "ss[I] = S;",
	"gp.a = I;", "gp.b += I;", "gp.bits = I;", "gp.more++;", "gp.tag[N] = I;", "self->tp = gp;",
	"this->cp = self->tp;", "gp = this->cp;", "self->tp.b = I;", "this->cp.more = I;", "go.p = gp;",
	"go.u.whole = I;", "go.u.bytes[N] = I;", "go.arr[arg0 + (I)] = I;", "go.s = S;", "ga[N] = I;", "ga[(I) & 7] += I;",
	"self->ta[N] = I;", "self->ta[(I) & 3]++;", "as[I, S] = I;", "as[I, S] += I;", "al[I] = 0;", "al[I]++;",
	"self->ma[S, I] = I;", "ps[I] = gp;", "gp = ps[I];", "st[I] = P;", "self->task = P;", "gtask = P;",
	"gc = I;", "self->sn.name = S;", "made = I;", "self->born = S;", "this->fresh = P;", "grid[pid, execname] = I;",
	"this->mem = (char *)alloca(N + 8); this->mem[N] = I;", "bcopy(curthread->comm, alloca(16), 16);",
	"copyinto(arg1, 8, alloca(8));", "this->q = (struct pair *)alloca(64); this->q->b = I; g7 = this->q->b + this->q->more;",
	"this->w = (int *)alloca(32); this->w[N] = I; *(this->w + N) += I; g4 = this->w[(I) & 7];",
	"I;", "S;", "ks[gp] = I;", "ks[gp]++;", ";", "g7 = (uint64_t)P;", "self->t3 = *(uint64_t *)P;",
};

static const char *const records[] = {
	"trace(I);", "trace(S);", "trace(gp);", "trace(go.u);", "trace(gp.tag);", "trace(curthread->comm);",
	"print(I);", "print(S);", "print(gp);", "print(gc);", "print(curthread->cred->uid);",
	"tracemem(P, 16);", "tracemem(P, 64, I);", "tracemem(&`__start_rodata, 8);",
	"printf(\"plain\\n\");", "printf(\"%d %d\\n\", I, I);", "printf(\"%x %o %u %i\", I, I, I, I);",
	"printf(\"%s|%-20s|%S\", S, S, S);", "printf(\"%5d %-5d %05d %+d\", I, I, I, I);", "printf(\"%*d\", (int)(I), I);",
	"printf(\"%.*s\", (int)(I), S);", "printf(\"%p %a\", P, P);", "printf(\"%c%C\", (char)(I), (int8_t)(I));",
	"printf(\"%Y %T\", walltimestamp, (uint64_t)(I));", "printf(\"%P\", (uint16_t)(I));", "printf(\"%hd %hu\", (short)(I), (uint16_t)(I));",
	"printf(\"%ld %lu %lld\", (long)(I), (unsigned long)(I), (int64_t)(I));", "printf(\"%#x %'d %?x %%\", I, I, I);",
	"printf(\"%I\", S);", "stack();", "stack(5);", "ustack();", "ustack(3);", "jstack(4);", "sym(I);", "func(arg0);",
	"mod(I);", "usym(I);", "uaddr(arg1);", "umod(I);", "printf(\"%s\", stringof(P));", "printf(\"%d %s %s %d %x\", I, S, S, I, I);",
};

static const char *const destroying[] = {
	"raise(N);", "stop();", "chill(N);", "system(\"echo %d %s\", I, S);", "freopen(\"/dev/null\");", "freopen(\"\");",
};

static const char *const functions[] = { "count()", "sum(I)", "avg(I)", "min(I)", "max(I)", "stddev(I)", "quantize(I)",
	"quantize(I, I)", "lquantize(I, 0, 100, 10)", "lquantize(I, -50, 50, 3, I)", "llquantize(I, 10, 0, 6, 20)",
	"llquantize(I, 2, 0, 20, 4, I)" };

static void key(struct program *p, char kind)
{
	switch (kind) {
	case 'i': pattern(p, "(int)(I)", 1); break;
	case 'l': pattern(p, "(int64_t)(I)", 2); break;
	case 's': string(p, 2); break;
	case 'e': put(p, "execname"); break;
	case 'f': put(p, "probefunc"); break;
	case 'p': pointer(p, 1); break;
	case 'k': put(p, "stack()"); break;
	case 'u': put(p, "ustack(4)"); break;
	case 'y': pattern(p, "sym(I)", 1); break;
	default: put(p, "gp"); break;
	}
}

static void aggregate(struct program *p)
{
	uint32_t i = pick(p, p->naggs);
	const struct aggregation *a = &p->aggs[i];

	sbuf_printf(p->out, "@a%u", i);
	for (uint32_t k = 0; k < a->nkeys; k++) {
		put(p, k ? ", " : "[");
		key(p, a->keys[k]);
	}
	put(p, a->nkeys ? "] = " : " = ");
	pattern(p, functions[a->func], 2);
	put(p, ";");
}

// What the client does with aggregations.
static void print_aggregations(struct program *p)
{
	static const char *const forms[] = { "clear(@a%u);", "trunc(@a%u);", "trunc(@a%u, 5);", "trunc(@a%u, -2);",
		"normalize(@a%u, 1000);", "denormalize(@a%u);", "printa(@a%u);", "printa(\"x %%@d\\n\", @a%u);" };
	const char *form = ONE_OF(p, forms);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	sbuf_printf(p->out, form, pick(p, p->naggs));
#pragma GCC diagnostic pop
}

static void record(struct program *p)
{
	pattern(p, ONE_OF(p, records), 3);
}

static void effect(struct program *p)
{
	pattern(p, ONE_OF(p, effects), 3);
}

enum { AGGREGATES = 1, RECORDS = 2, DESTROYS = 4, ALL = 7 };

static void statement(struct program *p, uint32_t may, int depth);

static void block(struct program *p, uint32_t n, uint32_t may, int depth)
{
	put(p, "{\n");
	while (n--) {
		put(p, "\t");
		statement(p, may, depth);
		put(p, "\n");
	}
	put(p, "}");
}

static void branch(struct program *p, uint32_t may, int depth)
{
	pattern(p, "if (I) ", 3);
	block(p, 1 + pick(p, 3), may, depth - 1);
	if (pick(p, 2))
		return;
	put(p, " else ");
	block(p, pick(p, 3), may, depth - 1);
}

static void statement(struct program *p, uint32_t may, int depth)
{
	uint32_t k = pick(p, 20);

	if (k < 3 && may & AGGREGATES)
		aggregate(p);
	else if (k < 4 && may & AGGREGATES && may & RECORDS)
		print_aggregations(p);
	else if (k < 9 && may & RECORDS)
		record(p);
	else if (k < 10 && may & DESTROYS && p->destructive)
		pattern(p, ONE_OF(p, destroying), 2);
	else if (k < 12 && depth > 0)
		branch(p, may, depth);
	else
		effect(p);
}

// ---- clauses ---------------------------------------------------------------

static const char *const probes[] = {
	"BEGIN", "END", "ERROR", "dtrace:::BEGIN", "syscall::read:entry", "syscall::read:return",
	"syscall::openat:entry", "syscall::write*:return", "syscall::*stat*:entry", "tick-1s", "profile-97",
	"profile-10ms", "rawtp:sched::sched_switch", "rawtp:sched::sched_process_exec",
	"syscall::getpid:entry, syscall::getppid:return", "BEGIN, tick-5s", "rawtp:sched::sched_wakeup",
	"syscall::execve:entry", "syscall::exit_group:entry",
};

static const struct { const char *probe; const char *statements[4]; } typed[] = {
	{ "rawtp:sched::sched_switch", { "g4 = args[1]->pid; s0 = args[2]->comm;", "self->task = args[2];",
		"@sw[args[1]->comm, args[2]->pid] = count();", "gtask = args[1]->mm == args[2]->mm ? args[1] : args[2];" } },
	{ "syscall::read:entry", { "g4 = args[0];", "g7 = args[2];", "self->t3 = args[2] + args[0];", "g6 = (int64_t)args[1];" } },
	{ "rawtp:sched::sched_process_exec", { "g4 = args[0]->tgid + args[1];", "s1 = stringof(args[2]->filename);",
		"trace(args[2]->argc);", "self->task = args[0];" } },
};

static void predicate(struct program *p)
{
	static const char *const predicates[] = { "I", "I", "execname == \"sh\"", "P", "self->t3", "arg0 > 0 && execname != S",
		"pid == $pid", "strlen(S) > N", "self->t3 && timestamp - self->t3 > 1000", "!as[I, execname]", "progenyof($pid)" };

	if (pick(p, 2))
		return;
	put(p, "\n/ ");
	pattern(p, ONE_OF(p, predicates), 3);
	put(p, " /");
}

static void speculating(struct program *p)
{
	static const char *const starts[] = {
		"\tself->spec = speculation();\n\tspeculate(self->spec);\n", "\tspeculate(self->spec);\n",
	};

	put(p, ONE_OF(p, starts));
	for (uint32_t n = pick(p, 3); n; n--)
		statement(p, RECORDS, 0);
}

static void deciding(struct program *p)
{
	put(p, pick(p, 2) ? "\tcommit(self->spec);\n\tself->spec = 0;\n" : "\tdiscard(self->spec);\n\tself->spec = 0;\n");
}

static void plain(struct program *p)
{
	for (uint32_t n = pick(p, 8); n; n--) {
		put(p, "\t");
		statement(p, ALL, 2);
		put(p, "\n");
	}
	if (pick(p, 12) == 0)
		pattern(p, "\texit((int)(I));\n", 1);
}

static void clause(struct program *p)
{
	uint32_t k = pick(p, 12), t = pick(p, sizeof typed / sizeof *typed);

	p->budget = 6;
	put(p, k < 2 ? typed[t].probe : ONE_OF(p, probes));
	predicate(p);
	put(p, "\n{\n");
	if (k < 2)
		sbuf_printf(p->out, "\t%s\n", typed[t].statements[pick(p, 4)]);
	if (k == 2)
		speculating(p);
	else if (k == 3)
		deciding(p);
	else
		plain(p);
	put(p, "}\n");
}

// ---- the program -----------------------------------------------------------

static const char preamble[] =
	"enum color { RED = 1, GREEN, BLUE = -5 };\n"
	"struct pair { int8_t a; uint64_t b; char tag[12]; int bits:5; unsigned more:11; };\n"
	"union both { int64_t whole; int8_t bytes[8]; };\n"
	"struct outer { struct pair p; union both u; string s; int16_t arr[6]; };\n"
	"struct named { short pad; string name; };\n"
	"typedef struct view { pid_t id; pid_t parent; string name; uint64_t size; } view_t;\n"
	"translator struct view < struct task_struct *T > { id = T->tgid; parent = T->real_parent->tgid;\n"
	"\tname = stringof(T->comm); size = T->mm != NULL ? T->mm->total_vm : 0; };\n"
	"inline int LIMIT = 42; inline int64_t twice[int64_t n] = n * 2; inline string hello = \"hello\";\n"
	"inline int mix[int a, int b] = a * 31 + b; inline string greet[string s] = strjoin(hello, s);\n"
	"int8_t g0; uint8_t g1; int16_t g2; uint16_t g3; int g4; unsigned g5; int64_t g6; uint64_t g7;\n"
	"self int8_t t0; self uint16_t t1; self int t2; self uint64_t t3; self string s2; self int spec;\n"
	"this uint8_t c0; this short c1; this unsigned c2; this long c3; this string s3;\n"
	"string s0; string s1; string ss[int]; struct named gn; self struct named sn; enum color gc;\n"
	"struct pair gp; self struct pair tp; this struct pair cp; struct outer go; int ga[8]; self int ta[8];\n"
	"uint32_t as[int, string]; int64_t al[int]; self int ma[string, int64_t]; struct pair ps[int];\n"
	"struct task_struct *gtask; self struct task_struct *task; struct task_struct *st[int]; int ks[struct pair];\n"
	"extern char __start_rodata[8];\n";

static void choose_aggregations(struct program *p)
{
	static const char kinds[] = "iillssseefppgkuy";

	p->naggs = 1 + pick(p, MAX_AGGS);
	for (uint32_t i = 0; i < p->naggs; i++) {
		struct aggregation *a = &p->aggs[i];

		a->func = pick(p, sizeof functions / sizeof *functions);
		a->nkeys = pick(p, MAX_KEYS);
		for (uint32_t k = 0; k < a->nkeys; k++)
			a->keys[k] = kinds[pick(p, sizeof kinds - 1)];
	}
}

static void options(struct program *p)
{
	static const char *const lines[] = { "quiet", "strsize=64", "strsize=500", "bufsize=1m", "aggsize=1m", "nspec=8",
		"bufpolicy=ring", "bufpolicy=fill", "dynvarsize=256k", "flowindent", "rawbytes", "specsize=16k" };

	put(p, "#pragma D option bufsize=256k\n#pragma D option aggsize=256k\n");
	for (uint32_t n = pick(p, 3); n; n--)
		sbuf_printf(p->out, "#pragma D option %s\n", ONE_OF(p, lines));
	if (p->destructive)
		put(p, "#pragma D option destructive\n");
}

// Every aggregation gets its function and keys, as the client's actions need them.
static void define_aggregations(struct program *p)
{
	put(p, "END\n{\n");
	p->budget = 0;
	for (uint32_t i = 0; i < p->naggs; i++) {
		sbuf_printf(p->out, "\t@a%u", i);
		for (uint32_t k = 0; k < p->aggs[i].nkeys; k++) {
			put(p, k ? ", " : "[");
			key(p, p->aggs[i].keys[k]);
		}
		put(p, p->aggs[i].nkeys ? "] = " : " = ");
		pattern(p, functions[p->aggs[i].func], 0);
		put(p, ";\n");
	}
	put(p, "}\n");
}

void gen_program(uint64_t seed, struct sbuf *out)
{
	struct program p = { .out = out, .rng = seed * 0xbf58476d1ce4e5b9u + 7 };

	p.destructive = pick(&p, 4) == 0;
	choose_aggregations(&p);
	options(&p);
	put(&p, preamble);
	define_aggregations(&p);
	for (uint32_t n = 1 + pick(&p, 6); n; n--)
		clause(&p);
}

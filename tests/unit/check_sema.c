// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Whole programs through parser and sema: what the typed tree of a good one
// holds (the text of sema_dump), and the tag of a bad one. The probes are made
// up; kernel types are the running kernel's, where they can be read.

#include <check.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dlang/sema/sema.h"
#include "dlang/sema/sema_dump.h"
#include "dlang/syntax/parse.h"
#include "dlang/types/btf.h"
#include "dlang/types/type.h"
#include "tests/unit/suite.h"

#define B(text) "BEGIN { " text " }"
#define N(t) (sizeof(t) / sizeof *(t))

static const struct probe_arg rw_args[] = {
	{ .ctype = "int" }, { .ctype = "char *" }, { .ctype = "size_t" },
};
static const struct probe_arg open_args[] = { { .ctype = "const char *" }, { .ctype = "int" } };
static const struct probe_arg task_args[] = { { .ctype = "struct task_struct *" }, { .ctype = NULL } };
static const struct probe_arg xlated_args[] = {
	{ .ctype = "struct task_struct *", .xlate = "struct o *" }, { .ctype = "int" },
};
static const struct probe_arg odd_args[] = { { .ctype = "struct no_such_struct_at_all" } };

static const struct probe probes[] = {
	{ .id = 1, .prov = "dtrace", .mod = "", .func = "", .name = "BEGIN" },
	{ .id = 2, .prov = "dtrace", .mod = "", .func = "", .name = "END" },
	{ .id = 3, .prov = "syscall", .mod = "vmlinux", .func = "read", .name = "entry",
	  .nargs = 3, .args = rw_args },
	{ .id = 4, .prov = "syscall", .mod = "vmlinux", .func = "write", .name = "entry",
	  .nargs = 3, .args = rw_args },
	{ .id = 5, .prov = "syscall", .mod = "vmlinux", .func = "open", .name = "entry",
	  .nargs = 2, .args = open_args },
	{ .id = 6, .prov = "sched", .mod = "", .func = "", .name = "wakeup", .nargs = 2, .args = task_args },
	{ .id = 7, .prov = "sched", .mod = "", .func = "", .name = "odd", .nargs = 1, .args = odd_args },
	{ .id = 8, .prov = "sched", .mod = "", .func = "", .name = "xlated", .nargs = 2, .args = xlated_args },
};

static bool field_matches(const char *pattern, const char *text)
{
	return !pattern || !*pattern || !fnmatch(pattern, text, 0);
}

static int match(void *ctx, const struct probe_desc *d, bool (*fn)(void *arg, const struct probe *p),
		 void *arg, const char **why)
{
	int n = 0;

	(void)ctx;
	if (d->name && !strcmp(d->name, "never")) {
		*why = "sched:::never cannot fire on this kernel";
		return -2;
	}
	for (size_t i = 0; i < N(probes); i++) {
		const struct probe *p = &probes[i];

		if (d->id ? p->id != d->id : !field_matches(d->prov, p->prov) ||
		    !field_matches(d->mod, p->mod) || !field_matches(d->func, p->func) ||
		    !field_matches(d->name, p->name))
			continue;
		n++;
		if (!fn(arg, p))
			break;
	}
	return n;
}

static void names(void *ctx, int field, void (*fn)(void *arg, const char *name), void *arg)
{
	(void)ctx;
	for (size_t i = 0; i < N(probes); i++) {
		const struct probe *p = &probes[i];
		const char *const all[] = { p->prov, p->mod, p->func, p->name };

		fn(arg, all[field]);
	}
}

static const struct probe_source source = { .match = match, .names = names };

// `listed, `vfs_read, `runqueues, and mod`other.
static bool find_symbol(const void *ctx, const char *mod, const char *name, uint64_t *address)
{
	(void)ctx;
	*address = 0xffffffff81000000;
	if (mod)
		return !strcmp(mod, "mod") && !strcmp(name, "other");
	return !strcmp(name, "listed") || !strcmp(name, "vfs_read") || !strcmp(name, "runqueues");
}

static const struct symbol_source symbols = {
	.find = find_symbol, .percpu_offsets = 0xffffffff82000000, .has_data = true,
};

struct run {
	struct arena *arena;
	struct diags diags;
	struct dlang_env env;
	struct sprogram prog;
	struct sema_options options;
	struct sbuf dump;
	bool ok;
};

static const struct btf *kernel_types(struct arena *a)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct btf *btf = NULL;
	const char *why;
	struct stat st;
	void *p;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st)) {
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p != MAP_FAILED && btf_open(a, p, (size_t)st.st_size, &btf, &why))
			btf = NULL;
	}
	close(fd);
	return btf;
}

static bool is_type(void *ctx, const char *name)
{
	return type_find_typedef(((struct run *)ctx)->env.types, name) != NULL;
}

static void begin(struct run *r)
{
	*r = (struct run){ .options = { .strsize = 256 } };
	r->arena = arena_new(0, NULL, NULL);
	diags_init(&r->diags, r->arena, 20);
	sbuf_init(&r->dump, r->arena);
	r->env.arena = r->arena;
	r->env.interns = interns_new(r->arena, NULL);
	r->env.types = types_new(r->arena, r->env.interns, kernel_types(r->arena));
	r->env.probes = &source;
	r->env.symbols = &symbols;
}

static void compile(struct run *r, const char *text)
{
	struct sources *set = ARENA_NEW(r->arena, struct sources);
	struct parse_ctx p = {
		.arena = r->arena, .interns = r->env.interns, .diags = &r->diags, .sources = set,
		.kind = PROGRAM_FILE, .pspec = true, .is_type = is_type, .type_ctx = r,
	};
	struct unit *unit;

	sources_init(set, r->arena);
	p.source = sources_add(set, SOURCE_FILE, "test.d", text, strlen(text));
	unit = parse(&p);
	if (diag_any(&r->diags))
		return;
	r->ok = sema(&r->env, NULL, &unit, 1, &r->options, &r->diags, &r->prog);
	if (r->ok)
		sema_dump(&r->dump, r->env.types, &r->prog);
}

static void run(struct run *r, const char *text)
{
	begin(r);
	compile(r, text);
}

static const char *first(const struct run *r)
{
	return diag_any(&r->diags) ? r->diags.list.v[0].text : "nothing";
}

// ---- what lowering relies on ------------------------------------------------

static void verify_expr(const struct run *r, const char *text, const struct expr *e)
{
	if (!e)
		return;
	ck_assert_msg(e->type != NULL, "%s: a node of kind %d has no type", text, e->kind);
	ck_assert_msg(e->kind != EX_ERROR && e->type->kind != TY_ERROR, "%s: poison", text);
	ck_assert_msg(e->kind != EX_SIZEOF && e->kind != EX_OFFSETOF && e->kind != EX_XLATE,
		      "%s: a node of kind %d is left", text, e->kind);
	ck_assert_msg(e->is_const == (e->kind == EX_INT), "%s: constant of kind %d", text, e->kind);
	if (e->kind == EX_NAME || e->kind == EX_CALL || e->kind == EX_AGG)
		ck_assert_msg(e->ident != NULL, "%s: %s has no identifier", text, e->name);
	if (e->kind == EX_BINARY && type_resolve(r->env.types, e->a->type)->kind == TY_STRING)
		ck_assert(type_resolve(r->env.types, e->b->type)->kind == TY_STRING);
	if (e->kind != EX_CALL)
		verify_expr(r, text, e->a);
	verify_expr(r, text, e->b);
	verify_expr(r, text, e->c);
	for (uint32_t i = 0; i < e->args.n; i++)
		verify_expr(r, text, e->args.v[i]);
}

static void verify_body(const struct run *r, const char *text, struct stmt *const *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		verify_expr(r, text, v[i]->expr);
		verify_body(r, text, v[i]->then_body.v, v[i]->then_body.n);
		verify_body(r, text, v[i]->else_body.v, v[i]->else_body.n);
	}
}

static void verify(const struct run *r, const char *text)
{
	for (uint32_t i = 0; i < r->prog.clauses.n; i++) {
		const struct clause *c = r->prog.clauses.v[i].clause;

		verify_expr(r, text, c->pred);
		verify_body(r, text, c->body.v, c->body.n);
	}
}

#define STRUCT_S "struct s { int a; unsigned b : 3; char c[8]; struct s *next; void *v; }; "

#define XLATE_S "struct o { int m; int n; int u; }; translator struct o < int i > { m = i + 1; n = i * i; }; "
#define ARGS_8 "int, int, int, int, int, int, int, int"
#define XLATE_P "struct in { int k; }; struct o { int m; }; translator struct o < struct in *i > { m = 1; }; "
#define XLATE_T "struct o { int m, k; }; translator struct o < struct task_struct *t > { m = t->pid; k = 1; }; "

// The dump of the program holds the text.
static const struct {
	const char *text, *dump;
} good[] = {
	// symbols
	{ "extern int listed; " B("trace(`listed + 1);"), "(+ `listed<int> 1<int>)<int>" },
	{ "extern int listed; " B("trace(listed);"), "(trace listed<int>)" },
	{ "extern char other[8]; " B("trace(mod`other[2]); trace(&mod`other[2]);"), "(index mod`other<char [8]> 2<int>)<char>" },
	{ "extern struct task_struct *listed; " B("trace(vmlinux`listed->pid);"), "->pid@" },
	// translations
	{ XLATE_S B("x = 1; trace(xlate <struct o> (x).m);"), "(+ x<int> 1<int>)" },
	{ XLATE_S B("x = 1; trace(xlate <struct o *> (x++)->n);"), "(let i (post++ x<int>)<int> (* i<int> i<int>)<int>)<int>" },
	{ XLATE_S B("trace(sizeof (xlate <struct o> (1)));"), "12<size_t>" },
	{ XLATE_S B("trace(xlate <struct o> ((short)3).n);"), "(trace 9<int>)" },
	// constants and their types
	{ B("trace(1)"), "(trace 1<int>)" }, { B("trace(0x80000000)"), "2147483648<unsigned int>" },
	{ B("trace(2147483648)"), "2147483648<long>" }, { B("trace(1u)"), "1<unsigned int>" },
	{ B("trace(1 + 2 * 3)"), "(trace 7<int>)" }, { B("trace(-1)"), "-1<int>" },
	{ B("trace(7 / -2)"), "-3<int>" }, { B("trace(-7 % 3)"), "-1<int>" },
	{ B("trace(1 << 40)"), "1099511627776<int>" }, { B("trace(-8 >> 1)"), "-4<int>" },
	{ B("trace((unsigned char)300)"), "44<unsigned char>" },
	{ B("trace((char)200)"), "-56<char>" }, { B("trace(-1 < 1u)"), "(trace 0<int>)" },
	{ B("trace(-1L < 1u)"), "(trace 1<int>)" }, { B("trace(1 ? 2 : 3L)"), "2<long>" },
	{ B("trace(!3)"), "0<int>" }, { B("trace(~0)"), "-1<int>" }, { B("trace(1 && 0 ^^ 1)"), "1<int>" },
	{ B("trace('ab')"), "24930<int>" }, { B("trace(\"hi\")"), "(trace \"hi\")" },
	{ B("trace(NULL)"), "0<long>" }, { B("trace(sizeof (int))"), "4<size_t>" },
	{ B("trace(sizeof (string))"), "256<size_t>" }, { B("trace(sizeof ((char)1))"), "1<size_t>" },
	{ STRUCT_S B("trace(offsetof(struct s, c))"), "<size_t>" },
	{ "enum e { AA = 3, BB }; " B("trace(BB)"), "4<enum e>" },
	{ B("trace(0 - 9223372036854775807 - 1)"), "-9223372036854775808<long>" },
	{ B("trace((-9223372036854775807 - 1) / -1)"), "-9223372036854775808<long>" },
	// types of operators
	{ B("x = (char)1; y = x + x;"), "(+ x<char> x<char>)<char>" },
	{ B("x = (char)1; y = x + 1L;"), "var y <long>" },
	{ B("x = 1; y = x + 1u;"), "var y <unsigned int>" },
	{ B("x = 1u; y = -x;"), "(neg x<unsigned int>)<unsigned int>" },
	{ B("x = (short)1; y = x << 5L;"), "var y <short>" },
	{ B("x = 1L; y = x < 3;"), "var y <int>" }, { B("x = pid;"), "var x <pid_t>" },
	{ B("x = timestamp - 1;"), "(- timestamp<uint64_t> 1<int>)<uint64_t>" },
	{ B("x = arg0 ? 1 : 2L;"), "(?: arg0<int64_t> 1<int> 2<long>)<long>" },
	{ B("x = (1, 2L);"), "var x <long>" },
	{ B("x = !pid || tid;"), "(|| (! pid<pid_t>)<int> tid<id_t>)<int>" },
	// variables
	{ B("x = 1; x = 2L;"), "var x <int>" }, { B("self->x = execname;"), "var self->x <string>" },
	{ B("this->x = arg1; trace(this->x);"), "(trace this->x<int64_t>)" },
	{ B("x++;"), "var x <int64_t>" }, { B("x += 2;"), "(+= x<int64_t> 2<int>)<int64_t>" },
	{ B("--self->n;"), "(-- self->n<int64_t>)" }, { B("a[pid, execname] = 1;"), "var a <int [pid_t, string]>" },
	{ B("a[1]++;"), "(post++ (key a<int64_t [int]> 1<int>)<int64_t>)" },
	{ B("self->a[arg0] = timestamp; trace(self->a[1]);"), "(key self->a<uint64_t [int64_t]> 1<int>)<uint64_t>" },
	{ B("a[1] = 1; a[2L] = 2;"), "var a <int [long]>" },
	{ "int x; self string s; this uint8_t b; " B("x = 1;"), "var this->b <uint8_t>" },
	{ "string a[int]; " B("a[1] = execname; a[1] = 0;"), "(= (key a<string [int]> 1<int>)<string> 0<int>)<string>" },
	{ B("self->s = execname; self->s = NULL;"), "(= self->s<string> 0<long>)<string>" },
	{ "int v[4]; " B("v[3] = 1; trace(v[arg0]);"), "(index v<int [4]> arg0<int64_t>)<int>" },
	{ B("x = y = 3;"), "(= x<int> (= y<int> 3<int>)<int>)<int>" },
	{ "int x; int x; " B("x = 1"), "var x <int>" },
	{ STRUCT_S "struct s g; " B("g.a = 1; g.b = 2; trace(g.next->a);"), "(.b@4:0+3 g<struct s>)<unsigned int>" },
	{ STRUCT_S B("this->p = (struct s *)copyin(arg0, sizeof (struct s)); this->p->a = 3;"),
	  "(= (->a@0 this->p<struct s *>)<int> 3<int>)<int>" },
	{ B("this->p = (int *)copyin(arg0, 8); this->p[1] = 3; *this->p = 4;"), "(deref this->p<int *>)<int>" },
	{ B("x = (char *)arg0; y = x + 4; z = y - x;"), "var z <ptrdiff_t>" },
	// strings
	{ B("trace(execname == \"sh\")"), "(== execname<string> \"sh\")<int>" },
	{ B("trace(execname == NULL)"), "(== execname<string> 0<string>)<int>" },
	{ B("x = execname; trace(x < \"a\")"), "<int>" },
	{ B("trace(stringof(arg0))"), "(stringof arg0<int64_t>)<string>" },
	{ B("trace((string)arg0)"), "(stringof arg0<int64_t>)<string>" },
	{ B("trace(stringof(execname))"), "(trace execname<string>)" },
	{ B("trace(execname[0])"), "(index execname<string> 0<int>)<char>" },
	{ STRUCT_S B("x = ((struct s *)arg0)->c;"), "var x <string>" },
	{ STRUCT_S B("trace(((struct s *)arg0)->c == \"x\");"), "(== (stringof " },
	{ B("trace(arg0 ? execname : NULL)"), "(?: arg0<int64_t> execname<string> 0<string>)<string>" },
	{ B("trace(strlen(\"abc\"))"), "(strlen \"abc\")<size_t>" },
	{ B("trace(substr(execname, 1))"), "(substr execname<string> 1<int>)<string>" },
	{ B("trace(substr(execname, arg0, 2))"), "(cast arg0<int64_t>)<int>" },
	{ B("trace(strjoin(execname, probefunc))"), "(strjoin execname<string> probefunc<string>)<string>" },
	{ B("trace(lltostr(pid))"), "(lltostr pid<pid_t>)<string>" },
	{ B("trace(copyinstr(arg1))"), "(copyinstr arg1<int64_t>)<string>" },
	{ B("trace(copyinstr(arg1, 10))"), "(copyinstr arg1<int64_t> 10<int>)<string>" },
	{ B("trace(htons(0x12345))"), "(htons 9029<uint16_t>)<uint16_t>" },
	{ B("trace(rand() % 10)"), "(% (rand)<int> 10<int>)<int>" },
	// inlines, enumerators
	{ "inline int two = 2; " B("trace(two * two)"), "(trace 4<int>)" },
	{ "inline long f[int a] = a * a; " B("trace(f[3])"), "(trace 9<long>)" },
	{ "inline int g[int a, int b] = a + b; " B("x = pid; trace(g[x, g[1, 2]])"), "(+ x<pid_t> 3<int>)" },
	{ "inline string name = execname; " B("trace(name)"), "(trace execname<string>)" },
	{ "enum e { AA, BB }; enum e v; " B("trace(v == BB)"), "(== v<enum e> 1<enum e>)<int>" },
	// predicates and statements
	{ "BEGIN /pid == 3 && execname != \"x\"/ { }", "  /(&& " },
	{ "BEGIN { if (arg0) { trace(1) } else { trace(2) } }", "  if arg0<int64_t>\n    (trace 1<int>)<void>\n  else\n" },
	{ B("exit(0)"), "(exit 0<int>)" }, { B(""), "clause 1\n" },
	// aggregations
	{ B("@ = count();"), "agg @_ count\n" }, { B("@n[execname] = count();"), "agg @n count <string>\n" },
	{ B("@n[pid, probefunc] = sum(arg0);"), "(= (key @n pid<pid_t> probefunc<string>) (sum arg0<int64_t>))" },
	{ B("@n[1] = count(); @n[2L] = count();"), "agg @n count <long>\n" },
	{ B("@ = quantize(arg0);"), "agg @_ quantize/127\n" }, { B("@ = quantize(arg0, 2);"), "quantize/127" },
	{ B("@ = lquantize(arg0, 0, 100);"), "agg @_ lquantize/102\n" },
	{ B("@ = lquantize(arg0, -10, 10, 5, 3);"), "agg @_ lquantize/6\n" },
	{ B("@ = llquantize(arg0, 10, 0, 6, 20);"), "agg @_ llquantize/119\n" },
	{ B("@a = min(pid); @b = max(pid); @c = avg(pid); @d = stddev(pid);"), "agg @d stddev" },
	{ B("@a = count(); clear(@a); trunc(@a); trunc(@a, 5); normalize(@a, 10); denormalize(@a);"),
	  "(trunc @a 5<int>)" },
	{ B("@a[pid] = count(); @b[tid] = sum(1); printa(\"%d %@d %@u\\n\", @a, @b); printa(@a);"), "(printa @a)" },
	{ B("@a[pid] = count(); printa(@a, @a);"), "(printa @a @a)" },
	{ B("@a[execname] = quantize(1); printa(\"%s %@s\", @a);"), "(printa " },
	// printf
	{ B("printf(\"plain %%\");"), "(printf \"plain %%\")" },
	{ B("printf(\"%d %5s %-10.3s|%*d\", pid, execname, probefunc, 8, tid);"), "(printf " },
	{ B("printf(\"%hd %ld %lld %lu %lx\", (short)1, 1L, arg0, 1UL, 2L);"), "(printf " },
	{ B("printf(\"%c%C%p%a%Y%x\", 'a', 'b', arg0, curthread, walltimestamp, 255);"), "(printf " },
	{ STRUCT_S B("printf(\"%s\", ((struct s *)arg0)->c);"), "(stringof (->c" },
	// args
	{ "syscall::read:entry { trace(args[2]); }", "(key args<size_t> 2<int>)<size_t>" },
	{ "syscall::read:entry { trace(copyinstr(args[1])); }", "(copyinstr (key args" },
	{ "syscall::read:entry, syscall::write:entry { trace(args[0]); }", "clause 3 4\n" },
	{ "syscall::read:entry, syscall::open:entry { printf(\"%p\", args[0]); }", "clause 5\n" },
	{ "syscall::read:entry, syscall::open:entry { trace(arg0); }", "clause 3 5\n" },
	{ "syscall::read:entry, syscall:::entry { @ = count(); }", "clause 3\n  (= @_ (count))\nclause 3 4 5\n" },
	{ "3 { }", "clause 3\n" }, { "wakeup { trace(arg1); }", "(trace arg1<int64_t>)" },
	{ "#pragma D attributes Stable/Stable/Common x\nint x; " B("x = 1;"), "var x <int>" },
	{ "#pragma D depends_on provider syscall\n" B(""), "clause 1\n" },
	// providers
	{ "provider p { probe q(); probe start__now(int, char *); };",
	  "probe p:q :\nprobe p:start-now <int> <char *> : 0<int> 1<char *>\n" },
	{ "provider p { probe q(void); };", "probe p:q :\n" }, { "provider p { };", "" },
	{ "provider p { probe q(int a, char *b) : (char *b, int a, long a); };",
	  "probe p:q <int> <char *> : 1<char *> 0<int> 0<long>\n" },
	{ "provider p { probe q(int a, char b[8]) : (int); };", "probe p:q <int> <char *> : 0<int>\n" },
	{ XLATE_P "provider p { probe q(int n, struct in *i) : (struct o *i, struct o i, int n); };",
	  "probe p:q <int> <struct in *> : 1 xlate <struct o *> 1 xlate <struct o> 0<int>\n" },
	{ "provider p { probe q(int); }; provider p { probe q(int x); };", "probe p:q <int> : 0<int>\n" },
	{ "provider p { probe q(" ARGS_8 ", " ARGS_8 ", " ARGS_8 ", " ARGS_8 "); };", " 31<int>\n" },
	{ "syscall::read:entry, syscall::open:entry { trace(((struct q { int f; } *)arg0)->f + (int)args[0]); }",
	  "clause 5\n" },
};

// With the kernel's types.
static const struct {
	const char *text, *dump;
} kernel[] = {
	{ B("trace(curthread->pid)"), "curthread<struct task_struct *>)<pid_t>" },
	{ XLATE_T "xlated { trace(args[0]->m); }", "(->pid@" },
	{ B("trace(`runqueues.nr_running);"), "(.nr_running@" }, { B("trace(&`vfs_read);"), "(addr `vfs_read<" },
	{ XLATE_T "xlated { trace(args[0]->k); trace(args[1]); }", "(trace (key args<int> 1<int>)<int>)" },
	{ B("trace(curthread->comm)"), "<char [16]>" },
	{ B("printf(\"%s\", curthread->comm)"), "(stringof (->comm@" },
	{ B("trace(curthread->mm->pgd)"), "<pgd_t *>" },
	{ B("trace(curthread->real_parent->comm == \"x\")"), "(== (stringof (->comm@" },
	{ B("trace(curthread->se.vruntime)"), "(.vruntime@" },
	{ B("x = curthread; trace(x->tgid);"), "var x <struct task_struct *>" },
	{ B("trace(&curthread->se)"), "<struct sched_entity *>" },
	{ B("trace(curthread->sched_reset_on_fork)"), "(->sched_reset_on_fork@" },
	{ B("@[curthread->comm] = count();"), "agg @_ count <string>" },
	{ "wakeup { trace(args[0]->pid); }", "(key args<struct task_struct *> 0<int>)<struct task_struct *>)<pid_t>" },
	{ B("trace((struct task_struct *)arg0 == curthread)"), "<int>)" },
	{ B("trace(sizeof (struct task_struct) > 1000)"), "(trace 1<int>)" },
};

static const struct {
	const char *text;
	enum errtag tag;
} bad[] = {
	{ "#pragma D option quiet\n", D_EMPTY }, { "int x;\n@", D_SYNTAX },
	{ STRUCT_S B("trace(((struct s *)arg0)->nxt);"), D_TYPE_MEMBER },
	{ B("x = trace(1);"), D_CG_EXPR }, { B("(void)trace(1);"), D_CG_EXPR }, { "BEGIN /exit(0)/ { }", D_CG_EXPR },
	{ "syscal:::entry { }", D_PDESC_ZERO }, { "sched:::never { }", D_PDESC_ZERO },
	{ "99 { }", D_PDESC_INVAL }, { "a:b:c:d:e { }", D_PDESC_INVAL },
	{ "BEGIN /execname/ { }", D_PRED_SCALAR }, { "BEGIN /@a/ { }", D_PRED_SCALAR },
	{ B("if (execname) { }"), D_PRED_SCALAR },
	{ B("x = (1)(2);"), D_FUNC_IDENT }, { B("prinft(\"x\");"), D_FUNC_UNDEF }, { B("msgsize(NULL);"), D_FUNC_UNDEF },
	{ B("x = 1; x(2);"), D_FUNC_IDKIND }, { B("pid(2);"), D_FUNC_IDKIND }, { B("count();"), D_FUNC_IDKIND },
	{ B("trace(offsetof(int, x));"), D_OFFSETOF_TYPE }, { STRUCT_S B("trace(offsetof(struct s, b));"), D_OFFSETOF_BITFIELD },
	{ B("trace(sizeof (void));"), D_SIZEOF_TYPE }, { STRUCT_S "struct s v; " B("trace(sizeof (v.b));"), D_SIZEOF_BITFIELD },
	{ STRUCT_S "struct s v; " B("trace(stringof(v));"), D_STRINGOF_TYPE },
	{ B("trace(execname % 2);"), D_OP_INT }, { B("trace(~execname);"), D_OP_INT }, { B("trace(1 << execname);"), D_OP_INT },
	{ B("trace(!execname);"), D_OP_SCALAR }, { B("trace(execname && 1);"), D_OP_SCALAR },
	{ B("x = execname; x++;"), D_OP_SCALAR }, { B("trace(execname ? 1 : 2);"), D_OP_SCALAR },
	{ B("trace(-execname);"), D_OP_ARITH }, { B("trace(execname * 2);"), D_OP_ARITH },
	{ B("pid = 1;"), D_OP_WRITE }, { B("pid++;"), D_OP_WRITE }, { "inline int i = 1; " B("i = 2;"), D_OP_WRITE },
	{ STRUCT_S B("((struct s *)arg0)->next->a = 1;"), D_OP_WRITE },
	{ B("1 = 2;"), D_OP_LVAL }, { B("(@a = count()) = 1;"), D_OP_LVAL }, { B("x = 1; -x = 2;"), D_OP_LVAL },
	{ B("x = 1; (x + 1)++;"), D_OP_LVAL },
	{ B("x = execname + \"a\";"), D_OP_INCOMPAT }, { B("x = execname; x += \"a\";"), D_OP_INCOMPAT },
	{ B("x = 1; x = execname;"), D_OP_INCOMPAT }, { B("trace(execname == 3);"), D_OP_INCOMPAT },
	{ B("x = (int *)0; x = (char *)arg0;"), D_OP_INCOMPAT }, { B("trace(arg0 ? 1 : execname);"), D_OP_INCOMPAT },
	{ B("x = @a;"), D_OP_INCOMPAT }, { "inline int i = execname; " B(""), D_OP_INCOMPAT },
	{ B("x = (void *)arg0 + 1;"), D_OP_VFPTR }, { B("x = (void *)arg0; x++;"), D_OP_VFPTR },
	{ "int v[3]; " B("v = 1;"), D_OP_ARRFUN }, { "int v[3]; " B("x = v;"), D_OP_ARRFUN },
	{ STRUCT_S "struct s v; " B("trace(v->a);"), D_OP_PTR }, { B("trace(pid->x);"), D_OP_PTR },
	{ B("trace(pid.x);"), D_OP_SOU }, { STRUCT_S "struct s *p; " B("trace(p.a);"), D_OP_SOU },
	{ "struct nowhere_defined *p; " B("trace(p->a);"), D_OP_INCOMPLETE },
	{ B("@a, 1;"), D_OP_DYN }, { B("1 ? @a : 2;"), D_OP_DYN }, { B("@a = count(), @b = count();"), D_OP_DYN },
	{ B("trace(1), trace(2);"), D_OP_ACT }, { B("arg0 ? trace(1) : trace(2);"), D_OP_ACT },
	{ B("@a = count(); @a = sum(1);"), D_AGG_REDEF }, { B("@a = 1;"), D_AGG_FUNC }, { B("@a = strlen(\"x\");"), D_AGG_FUNC },
	{ B("@a = cuont();"), D_FUNC_UNDEF },
	{ B("@a[1][2] = count();"), D_AGG_MDIM }, { B("@a;"), D_AGG_NULL }, { B("@a[1];"), D_AGG_NULL },
	{ B("@a = sum(execname);"), D_AGG_SCALAR },
	{ B("x = (int *)arg0; trace(x[1, 2]);"), D_ARR_BADREF }, { B("this->x[1] = 2;"), D_ARR_LOCAL },
	{ "int v[3]; " B("v[3] = 1;"), D_ARR_BOUNDS }, { B("x = 1 / 0;"), D_DIV_ZERO }, { B("x = pid % 0;"), D_DIV_ZERO },
	{ B("x = 1; x /= 0;"), D_DIV_ZERO },
	{ B("trace(*pid);"), D_DEREF_NONPTR }, { B("trace(*(void *)arg0);"), D_DEREF_VOID },
	{ "void (*f)(int); " B("trace(*f);"), D_DEREF_FUNC }, { STRUCT_S "struct s v; " B("trace(v[1]);"), D_IDENT_BADREF },
	{ B("trace(&1);"), D_ADDROF_LVAL }, { B("x = 1; trace(&x);"), D_ADDROF_VAR }, { B("trace(&@a);"), D_ADDROF_VAR },
	{ STRUCT_S "struct s *p; " B("trace(&p->b);"), D_ADDROF_BITFIELD },
	{ STRUCT_S B("trace((struct s)1);"), D_CAST_INVAL }, { B("trace((struct task_struct)execname);"), D_CAST_INVAL },
	{ STRUCT_S "struct s v; " B("trace((string)v);"), D_CAST_INVAL },
	{ "#pragma D attributes Stable/Stable/Common nothing\n" B(""), D_PRAGMA_UNUSED },
	{ "#pragma D attributes Stable/Stable/Common pid\n" B(""), D_PRAGMA_SCOPE },
	{ "#pragma D depends_on provider nosuch\n" B(""), D_PRAGMA_DEPEND },
	{ "#pragma D depends_on library x.d\n" B(""), D_PRAGMA_DEPEND },
	{ B("x[1] = 1; trace(x);"), D_IDENT_BADREF }, { B("trace(strlen);"), D_IDENT_BADREF }, { B("trace(args);"), D_IDENT_BADREF },
	{ B("trace(pid[1]);"), D_IDENT_BADREF }, { "inline int f[int a] = a; " B("trace(f);"), D_IDENT_BADREF },
	{ B("trace(nosuch);"), D_IDENT_UNDEF }, { B("trace(`jiffies);"), D_IDENT_UNDEF }, { B("trace(uregs[99]);"), D_REGS_IDX },
	{ B("x = x + 1;"), D_IDENT_UNDEF }, { "inline int i = i; " B(""), D_IDENT_UNDEF },
	{ "enum e { AA }; enum e v; int AA; " B("trace(v == AA);"), D_IDENT_AMBIG },
	{ B("trace(self->x);"), D_VAR_UNDEF }, { B("trace(this->x);"), D_VAR_UNDEF }, { B("trace(self->x[1]);"), D_VAR_UNDEF },
	{ "double d; " B(""), D_VAR_UNSUP }, { "int big[8192]; " B(""), D_VAR_UNSUP },
	{ B("trace();"), D_PROTO_LEN }, { B("trace(strlen());"), D_PROTO_LEN }, { B("@a = count(1);"), D_PROTO_LEN },
	{ B("@a = sum();"), D_PROTO_LEN }, { B("@a[1] = count(); @a[1, 2] = count();"), D_PROTO_LEN },
	{ B("x[1] = 1; x[1, 2] = 1;"), D_PROTO_LEN }, { B("printf();"), D_PROTO_LEN }, { B("@ = lquantize(1, 2);"), D_PROTO_LEN },
	{ B("trace(strlen(pid));"), D_PROTO_ARG }, { B("exit(\"x\");"), D_PROTO_ARG }, { B("x[1] = 1; x[\"a\"] = 1;"), D_PROTO_ARG },
	{ B("@a[1] = count(); @a[execname] = count();"), D_PROTO_ARG }, { "3 { trace(args[arg0]); }", D_PROTO_ARG },
	{ B("trace(strlen(@a));"), D_PROTO_ARG },
	{ "inline int f[int a] = a; " B("trace(f[execname]);"), D_PROTO_ARG },
	{ "syscall:::entry { trace(args[0]); }", D_ARGS_MULTI }, { "inline int i = args[0]; " B(""), D_ARGS_NONE },
	{ "odd { trace(args[0]); }", D_ARGS_TYPE }, { "wakeup { trace(args[1]); }", D_ARGS_IDX },
	{ "3 { trace(args[3]); }", D_ARGS_IDX }, { B("trace(args[0]);"), D_ARGS_IDX },
	{ B("trace(`listed);"), D_SYM_NOTYPES }, { B("trace(`unlisted);"), D_IDENT_UNDEF }, { B("trace(``listed);"), D_SYM_BADREF },
	{ "extern int unlisted; " B("trace(`unlisted);"), D_IDENT_UNDEF }, { B("trace(mod`listed);"), D_IDENT_UNDEF },
	{ "extern int listed; " B("`listed = 1;"), D_OP_WRITE }, { "extern int listed; " B("listed++;"), D_OP_WRITE },
	{ "extern int listed; int listed;", D_DECL_IDRED },
	{ XLATE_S B("trace(xlate <struct o> (1));"), D_TRACE_DYN },
	{ XLATE_S B("printf(\"%p\", xlate <struct o *> (1));"), D_CG_DYN },
	{ XLATE_S B("xlate <struct o> (1);"), D_CG_DYN }, { XLATE_S B("x = xlate <struct o *> (1);"), D_OP_INCOMPAT },
	{ XLATE_S B("trace(xlate <struct o> (1) == 0);"), D_OP_INCOMPAT },
	{ XLATE_S B("trace(xlate <struct o *> (1) == 0);"), D_CG_DYN },
	{ XLATE_S B("trace(xlate <struct o> (1).u);"), D_XLATE_NOCONV },
	{ XLATE_S B("trace(xlate <struct o> (1).x);"), D_TYPE_MEMBER },
	{ XLATE_S B("trace(xlate <struct o> (\"s\").m);"), D_XLATE_NONE }, { XLATE_S B("trace(xlate <int> (1));"), D_XLATE_SOU },
	{ XLATE_S "translator struct o < int j > { m = j; };", D_XLATE_REDECL },
	{ "struct o { int m; }; translator struct o < int i > { m = 1; m = 2; };", D_XLATE_REDECL },
	{ "translator struct none_such < int i > { m = 1; };", D_XLATE_SOU }, { "translator int < int i > { m = 1; };", D_XLATE_SOU },
	{ "struct o { int m; }; translator struct o < int i > { q = 1; };", D_XLATE_MEMB },
	{ "struct o { int m; }; translator struct o < int i > { m = \"x\"; };", D_XLATE_INCOMPAT },
	{ "provider p { probe q(int); probe q(int); };", D_PROV_PRDUP },
	{ "provider p { probe a__b(); probe a__b(int); };", D_PROV_PRDUP },
	{ "provider p { probe q(" ARGS_8 ", " ARGS_8 ", " ARGS_8 ", " ARGS_8 ", int); };", D_PROV_PRARGLEN },
	{ "provider p { probe q(int a) : (" ARGS_8 ", " ARGS_8 ", " ARGS_8 ", " ARGS_8 ", int); };", D_PROV_PRARGLEN },
	{ "provider p { probe q(int); }; provider p { probe q(long); };", D_PROV_INCOMPAT },
	{ "provider p { probe q(int); }; provider p { probe r(int); };", D_PROV_INCOMPAT },
	{ "provider p { probe q(); probe r(); }; provider p { probe q(); };", D_PROV_INCOMPAT },
	{ "provider p { probe q(int a, int b) : (int a); }; provider p { probe q(int a, int b) : (int b); };",
	  D_PROV_INCOMPAT },
	{ "provider syscall { probe q(); };", D_PROV_INCOMPAT },
	{ "provider p { probe q(int a) : (int b); };", D_PROV_PRXLATOR },
	{ "provider p { probe q(int a) : (int, int); };", D_PROV_PRXLATOR },
	{ "struct o { int m; }; provider p { probe q(int a) : (struct o *a); };", D_PROV_PRXLATOR },
	{ "provider p { probe q(int a) : (char *a); };", D_PROV_PRXLATOR },
	{ "provider p { probe q(no_such_type_t a); };", D_UNKNOWN },
	{ "provider p { probe q(int, void); };", D_DECL_PROTO_VOID },
	{ "provider p { probe q(static int); };", D_DECL_PARMCLASS },
	{ "struct o { int m; }; translator struct o < void i > { m = 1; };", D_DECL_VOIDOBJ },
	{ "xlated { trace(args[0]); }", D_ARGS_TYPE }, { "struct o { int m; }; xlated { trace(args[0]->m); }", D_ARGS_XLATOR },
	{ "int v[3]; " B("@a[v] = count();"), D_KEY_TYPE }, { B("@a[@b] = count();"), D_KEY_TYPE },
	{ "struct k { char c[300]; } v; " B("x[v] = 1;"), D_KEY_TYPE },
	{ STRUCT_S "struct s v; " B("v.c[8] = 'x';"), D_ARR_BOUNDS },
	{ B("printf(\"%*d\", 1);"), D_PRINTF_ARG_PROTO }, { B("printf(\"%*d\");"), D_PRINTF_DYN_PROTO },
	{ B("printf(\"%.*d\", execname, 1);"), D_PRINTF_DYN_TYPE }, { B("printf(\"%@d\", 1);"), D_PRINTF_AGG_CONV },
	{ B("printf(\"%d\");"), D_PRINTF_ARG_PROTO }, { B("printf(\"%d\", execname);"), D_PRINTF_ARG_TYPE },
	{ B("printf(\"%s\", pid);"), D_PRINTF_ARG_TYPE }, { B("printf(\"%d\", printf(\"x\"));"), D_PRINTF_ARG_TYPE },
	{ B("@a = count(); printf(\"%d\", @a);"), D_PRINTF_ARG_TYPE }, { B("printf(\"%hd\", 1);"), D_PRINTF_ARG_TYPE },
	{ B("printf(\"%f\", 1);"), D_PRINTF_ARG_TYPE }, { B("printf(\"x\", 1);"), D_PRINTF_ARG_EXTRA },
	{ B("printf(execname);"), D_PRINTF_ARG_FMT }, { B("printf(\"\");"), D_PRINTF_FMT_EMPTY },
	{ B("printf(\"%\");"), D_SYNTAX }, { B("printf(\"%Z\", 1);"), D_SYNTAX }, { B("printf(\"%**d\", 1, 2, 3);"), D_SYNTAX },
	{ "int pid; " B(""), D_DECL_IDRED }, { "int x; long x; " B(""), D_DECL_IDRED }, { "inline int printf = 1; " B(""), D_DECL_IDRED },
	{ "inline void v = 1; " B(""), D_DECL_VOIDOBJ }, { "inline int f[int] = 1; " B(""), D_DECL_PROTO_NAME },
	{ "inline int f[int a, int a] = 1; " B(""), D_DECL_PROTO_FORM },
	{ "int a[nosuch]; " B(""), D_IDENT_UNDEF },
	{ B("printa();"), D_PRINTA_PROTO }, { B("printa(\"x\");"), D_PRINTA_PROTO }, { B("printa(1);"), D_PRINTA_AGGARG },
	{ B("printa(\"x\", 1);"), D_PRINTA_AGGARG }, { B("printa(@nosuch);"), D_PRINTA_AGGBAD },
	{ B("@a[1] = count(); @b = count(); printa(@a, @b);"), D_PRINTA_AGGKEY },
	{ B("@a[1] = count(); @b[execname] = count(); printa(@a, @b);"), D_PRINTA_AGGPROTO },
	{ B("@a[1] = count(); printa(\"%s\", @a);"), D_PRINTF_ARG_TYPE }, { B("@a = count(); printa(\"%d\", @a);"), D_PRINTF_ARG_PROTO },
	{ B("@a = count(); printa(\"%@s\", @a);"), D_PRINTF_ARG_TYPE },
	{ B("trace((void)1);"), D_TRACE_VOID }, { B("trace(trace(1));"), D_TRACE_VOID }, { B("@a = count(); trace(@a);"), D_TRACE_AGG },
	{ B("@ = lquantize(1, arg0, 2);"), D_LQUANT_BASETYPE }, { B("@ = lquantize(1, 2147483648, 2);"), D_LQUANT_BASEVAL },
	{ B("@ = lquantize(1, 0, arg0);"), D_LQUANT_LIMTYPE }, { B("@ = lquantize(1, 0, 2147483648);"), D_LQUANT_LIMVAL },
	{ B("@ = lquantize(1, 2, 1);"), D_LQUANT_MISMATCH }, { B("@ = lquantize(1, 0, 10, arg0);"), D_LQUANT_STEPTYPE },
	{ B("@ = lquantize(1, 0, 10, 0);"), D_LQUANT_STEPTYPE }, { B("@ = lquantize(1, 0, 10, 65536);"), D_LQUANT_STEPVAL },
	{ B("@ = lquantize(1, 0, 10, 11);"), D_LQUANT_STEPLARGE }, { B("@ = lquantize(1, 0, 100000);"), D_LQUANT_STEPSMALL },
	{ B("@ = lquantize(1, 0, 10); @ = lquantize(1, 1, 10);"), D_LQUANT_MATCHBASE },
	{ B("@ = lquantize(1, 0, 10); @ = lquantize(1, 0, 11);"), D_LQUANT_MATCHLIM },
	{ B("@ = lquantize(1, 0, 10); @ = lquantize(1, 0, 10, 2);"), D_LQUANT_MATCHSTEP },
	{ B("@ = llquantize(1, arg0, 0, 6, 20);"), D_LLQUANT_FACTORTYPE }, { B("@ = llquantize(1, 65536, 0, 6, 20);"), D_LLQUANT_FACTORVAL },
	{ B("@ = llquantize(1, 10, arg0, 6, 20);"), D_LLQUANT_LOWTYPE }, { B("@ = llquantize(1, 10, -1, 6, 20);"), D_LLQUANT_LOWVAL },
	{ B("@ = llquantize(1, 10, 0, arg0, 20);"), D_LLQUANT_HIGHTYPE }, { B("@ = llquantize(1, 10, 0, 65536, 20);"), D_LLQUANT_HIGHVAL },
	{ B("@ = llquantize(1, 10, 0, 6, arg0);"), D_LLQUANT_NSTEPTYPE }, { B("@ = llquantize(1, 10, 0, 6, 65536);"), D_LLQUANT_NSTEPVAL },
	{ B("@ = llquantize(1, 1, 0, 6, 20);"), D_LLQUANT_FACTORSMALL }, { B("@ = llquantize(1, 10, 6, 6, 20);"), D_LLQUANT_MAGRANGE },
	{ B("@ = llquantize(1, 10, 0, 6, 5);"), D_LLQUANT_FACTORNSTEPS }, { B("@ = llquantize(1, 10, 0, 6, 30);"), D_LLQUANT_FACTOREVEN },
	{ B("@ = llquantize(1, 10, 0, 19, 20);"), D_LLQUANT_MAGTOOBIG },
	{ B("@ = llquantize(1, 10, 0, 6, 20); @ = llquantize(1, 2, 0, 6, 16);"), D_LLQUANT_FACTORMATCH },
	{ B("@ = llquantize(1, 10, 0, 6, 20); @ = llquantize(1, 10, 1, 6, 20);"), D_LLQUANT_LOWMATCH },
	{ B("@ = llquantize(1, 10, 0, 6, 20); @ = llquantize(1, 10, 0, 7, 20);"), D_LLQUANT_HIGHMATCH },
	{ B("@ = llquantize(1, 10, 0, 6, 20); @ = llquantize(1, 10, 0, 6, 10);"), D_LLQUANT_NSTEPMATCH },
	{ B("clear();"), D_CLEAR_PROTO }, { B("clear(1);"), D_CLEAR_AGGARG }, { B("clear(@a);"), D_CLEAR_AGGBAD },
	{ B("trunc();"), D_TRUNC_PROTO }, { B("@a = count(); trunc(@a, execname);"), D_TRUNC_SCALAR },
	{ B("trunc(1);"), D_TRUNC_AGGARG }, { B("trunc(@a);"), D_TRUNC_AGGBAD }, { B("normalize();"), D_NORMALIZE_PROTO },
	{ B("@a = count(); normalize(@a, execname);"), D_NORMALIZE_SCALAR }, { B("normalize(1, 2);"), D_NORMALIZE_AGGARG },
	{ B("normalize(@a, 2);"), D_NORMALIZE_AGGBAD }, { B("denormalize(@a);"), D_NORMALIZE_AGGBAD },
};

// The hint of the only error.
static const struct {
	const char *text, *hint;
} hints[] = {
	{ "syscal:::entry { }", "there is no probe with the provider 'syscal'; did you mean 'syscall'?" },
	{ "syscall::raed:entry { }", "there is no probe with the function 'raed'; did you mean 'read'?" },
	{ B("trace(execnam);"), "did you mean 'execname'?" }, { B("prinft(\"x\");"), "did you mean 'printf'?" },
	{ STRUCT_S "struct s *p; " B("trace(p->nxt);"), "did you mean 'next'?" },
	{ B("self->start = 1; trace(self->stort);"), "did you mean 'self->start'?" },
	{ B("@total = count(); clear(@totla);"), "did you mean '@total'?" },
};

START_TEST(accepted)
{
	struct run r;

	run(&r, good[_i].text);
	ck_assert_msg(r.ok, "%s: %s", good[_i].text, first(&r));
	verify(&r, good[_i].text);
	ck_assert_msg(strstr(r.dump.s, good[_i].dump) != NULL, "%s: no %s in\n%s", good[_i].text, good[_i].dump,
		      r.dump.s);
	arena_free(r.arena);
}
END_TEST

START_TEST(kernel_typed)
{
	struct run r;

	begin(&r);
	if (type_find_tag(r.env.types, TY_STRUCT, "task_struct")) {
		compile(&r, kernel[_i].text);
		ck_assert_msg(r.ok, "%s: %s", kernel[_i].text, first(&r));
		verify(&r, kernel[_i].text);
		ck_assert_msg(strstr(r.dump.s, kernel[_i].dump) != NULL, "%s: no %s in\n%s",
			      kernel[_i].text, kernel[_i].dump, r.dump.s);
	}
	arena_free(r.arena);
}
END_TEST

START_TEST(refused)
{
	struct run r;

	run(&r, bad[_i].text);
	ck_assert_msg(r.diags.list.n == 1, "%s: %u diagnostics, %s", bad[_i].text, r.diags.list.n, first(&r));
	ck_assert_msg(r.diags.list.v[0].tag == bad[_i].tag, "%s: %s (%s), not %s", bad[_i].text,
		      errtag_name(r.diags.list.v[0].tag), first(&r), errtag_name(bad[_i].tag));
	arena_free(r.arena);
}
END_TEST

START_TEST(hinted)
{
	struct run r;

	run(&r, hints[_i].text);
	ck_assert_uint_eq(r.diags.list.n, 1);
	ck_assert_pstr_eq(r.diags.list.v[0].hint, hints[_i].hint);
	arena_free(r.arena);
}
END_TEST

// Each is reported once, and nothing that follows from it.
START_TEST(several)
{
	struct run r;

	run(&r, B("x = nosuch1; y = x + 1; trace(nosuch2); z = y; printf(\"%s\", z); @a = sum(nosuch3);"));
	ck_assert_uint_eq(r.diags.list.n, 3);
	ck_assert_pstr_eq(r.diags.list.v[1].hint, "a variable exists once something was assigned to it above");
	for (uint32_t i = 0; i < 3; i++)
		ck_assert_int_eq(r.diags.list.v[i].tag, D_IDENT_UNDEF);
	arena_free(r.arena);
	run(&r, "BEGIN /nosuch/ { trace(nosuch); x = nosuch + self->y; trace(self->y); }");
	ck_assert_uint_eq(r.diags.list.n, 2);
	arena_free(r.arena);
	run(&r, "syscall::read:entry, syscall::open:entry { trace((struct nosuch { void v; } *)args[0] + nosuch); }");
	ck_assert_uint_eq(r.diags.list.n, 2);
	arena_free(r.arena);
	run(&r, "syscall::read:entry, syscall::open:entry { trace(args[0] + nosuch); }");
	ck_assert_uint_eq(r.diags.list.n, 1);
	arena_free(r.arena);
}
END_TEST

START_TEST(zdefs)
{
	struct run r;

	begin(&r);
	r.options.zdefs = true;
	compile(&r, "nosuch:::probe { trace(args[0]); } BEGIN { }");
	ck_assert_msg(r.ok, "%s", first(&r));
	ck_assert_uint_eq(r.prog.clauses.n, 1);
	ck_assert_uint_eq(r.prog.matched.v[0], 1);
	arena_free(r.arena);
	begin(&r);
	r.options.zdefs = true;
	compile(&r, "nosuch:::probe { x = args[0]; } BEGIN { trace(x); }");
	ck_assert_uint_eq(r.diags.list.n, 1);
	ck_assert_int_eq(r.diags.list.v[0].tag, D_ARGS_TYPE);
	arena_free(r.arena);
}
END_TEST

START_TEST(limits)
{
	struct run r;
	char deep[16 * 1024] = "inline int a0 = pid + pid;";

	begin(&r);
	r.options.max_probes = 2;
	compile(&r, "syscall:::entry { }");
	ck_assert_uint_eq(r.diags.list.n, 1);
	ck_assert_int_eq(r.diags.list.v[0].tag, D_PDESC_INVAL);
	arena_free(r.arena);
	begin(&r);		// a probe counts once
	r.options.max_probes = 3;
	compile(&r, "syscall:::entry { } syscall:::entry { } syscall::read:entry { }");
	ck_assert(r.ok);
	arena_free(r.arena);
	begin(&r);
	r.options.max_probes = 3;
	compile(&r, "syscall:::entry { } syscall:::entry { } BEGIN { }");
	ck_assert_uint_eq(r.diags.list.n, 1);
	ck_assert_int_eq(r.diags.list.v[0].tag, D_PDESC_INVAL);
	arena_free(r.arena);
	for (int i = 1; i < 64; i++)
		sprintf(deep + strlen(deep), "inline int a%d = a%d + a%d;", i, i - 1, i - 1);
	strcat(deep, "BEGIN { trace(a63); }");
	run(&r, deep);
	ck_assert(!r.ok);
	ck_assert_int_eq(r.diags.list.v[0].tag, D_SYNTAX);
	arena_free(r.arena);
	strcpy(deep, "inline int f[int a] = pid ? 0 : a");	// else it is worked out once
	for (int i = 0; i < 1900; i++)
		strcat(deep, "+a");
	strcat(deep, "; BEGIN { trace(f[f[pid + 1]]); }");
	run(&r, deep);
	ck_assert_uint_eq(r.diags.list.n, 1);
	ck_assert_int_eq(r.diags.list.v[0].tag, D_SYNTAX);
	ck_assert_uint_lt(arena_used(r.arena), 64 << 20);
	arena_free(r.arena);
}
END_TEST

static void add_tests(TCase *c)
{
	tcase_add_loop_test(c, accepted, 0, N(good));
	tcase_add_loop_test(c, kernel_typed, 0, N(kernel));
	tcase_add_loop_test(c, refused, 0, N(bad));
	tcase_add_loop_test(c, hinted, 0, N(hints));
	tcase_add_test(c, several);
	tcase_add_test(c, zdefs);
	tcase_add_test(c, limits);
}

int main(void)
{
	TCase *c = tcase_create("sema");

	add_tests(c);
	return suite_run("sema", c);
}

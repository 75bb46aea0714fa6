// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The header of dtrace -h. It must do with any C since C89 with GNU extensions
// and any C++, needs no other header, and defines macros that evaluate nothing
// where there is no such thing as a site. Arguments are cast to what was declared,
// by fundamental types alone, and are in registers or constants: other operands,
// such as "x(%rip)", are not understood by all readers.

#include <ctype.h>
#include <string.h>

#include "dlang/sites/sites.h"

// The common part, once per translation unit. Labels: 990 the site, 991 to 994 the
// parts of the note, whose form is that of SystemTap's version 3.
static const char common[] =
	"#ifndef _DTRACE_NOTE\n"
	"#if defined(__GNUC__) && defined(__ELF__) && defined(__LP64__) && \\\n"
	"\t(defined(__x86_64__) || defined(__aarch64__))\n"
	"#define _DTRACE_NOTE(provider, probe, args) \\\n"
	"\t\"990:\\tnop\\n\" \\\n"
	"\t\"\\t.pushsection .note.stapsdt, \\\"?\\\", \\\"note\\\"\\n\" \\\n"
	"\t\"\\t.balign 4\\n\" \\\n"
	"\t\"\\t.4byte 992f - 991f, 994f - 993f, 3\\n\" \\\n"
	"\t\"991:\\t.asciz \\\"stapsdt\\\"\\n\" \\\n"
	"\t\"992:\\t.balign 4\\n\" \\\n"
	"\t\"993:\\t.8byte 990b, _.stapsdt.base, \" provider \"_\" probe \"_semaphore\\n\" \\\n"
	"\t\"\\t.asciz \\\"\" provider \"\\\"\\n\" \\\n"
	"\t\"\\t.asciz \\\"\" probe \"\\\"\\n\" \\\n"
	"\t\"\\t.asciz \\\"\" args \"\\\"\\n\" \\\n"
	"\t\"994:\\t.balign 4\\n\" \\\n"
	"\t\"\\t.popsection\\n\" \\\n"
	"\t\"\\t.ifndef _.stapsdt.base\\n\" \\\n"
	"\t\"\\t.pushsection .stapsdt.base, \\\"aG\\\", \\\"progbits\\\", .stapsdt.base, comdat\\n\" \\\n"
	"\t\"\\t.weak _.stapsdt.base\\n\" \\\n"
	"\t\"\\t.hidden _.stapsdt.base\\n\" \\\n"
	"\t\"_.stapsdt.base:\\n\" \\\n"
	"\t\"\\t.space 1\\n\" \\\n"
	"\t\"\\t.size _.stapsdt.base, 1\\n\" \\\n"
	"\t\"\\t.popsection\\n\" \\\n"
	"\t\"\\t.endif\\n\"\n"
	"#ifdef __aarch64__\n"
	"#define _DTRACE_ARG(value) \"nr\"((long)(value))\n"
	"#else\n"
	"#define _DTRACE_ARG(value) \"nr\"(value)\n"
	"#endif\n"
	"#define _DTRACE_ENABLED(semaphore) \\\n"
	"\t__builtin_expect(*(volatile unsigned short *)&semaphore != 0, 0)\n"
	"#endif\n"
	"#endif\n\n";

// ---- names -----------------------------------------------------------------

// Of the file and the providers, so that headers do not hide each other.
static void guard(const struct sites *s, struct sbuf *out)
{
	const char *last = NULL;

	sbuf_puts(out, "_DTRACE_");
	for (const char *p = s->file; *p; p++)
		sbuf_putc(out, isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_');
	for (uint32_t i = 0; i < s->v.n; i++) {
		if (s->v.v[i].provider->name != last)
			sbuf_printf(out, "_%s", s->v.v[i].provider->name);
		last = s->v.v[i].provider->name;
	}
}

static void semaphores(const struct sites *s, struct sbuf *out)
{
	sbuf_puts(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
	for (uint32_t i = 0; i < s->v.n; i++)
		sbuf_printf(out, "extern unsigned short %s __attribute__((__visibility__(\"hidden\")));\n",
			    s->v.v[i].semaphore);
	sbuf_puts(out, "#ifdef __cplusplus\n}\n#endif\n\n");
}

// ---- one probe -------------------------------------------------------------

static uint32_t passed(const struct site *site)
{
	return site->args.n < SITE_MAXARGS ? site->args.n : SITE_MAXARGS;
}

static void params(const struct site *site, struct sbuf *out)
{
	sbuf_printf(out, "#define %s(", site->macro);
	for (uint32_t i = 0; i < site->args.n; i++)
		sbuf_printf(out, "%sarg%u", i ? ", " : "", i);
	sbuf_puts(out, ") \\\n\t");
}

// Narrow ones are widened again, since gdb does not know all names of narrow registers.
static void cast(const struct site *site, uint32_t i, struct sbuf *out)
{
	const struct site_arg *arg = &site->args.v[i];

	sbuf_printf(out, "%s(%s)(arg%u)", arg->size < 4 ? "(int)" : "", arg->ctype, i);
}

// "8@%0 -4@%1"
static void note_args(const struct site *site, struct sbuf *out)
{
	for (uint32_t i = 0; i < passed(site); i++)
		sbuf_printf(out, "%s%s%u@%%%u", i ? " " : "", site->args.v[i].is_signed ? "-" : "",
			    site->args.v[i].size, i);
}

// What a pointer points to must be in memory when the probe fires.
static const char *clobber(const struct site *site)
{
	for (uint32_t i = 0; i < passed(site); i++)
		if (site->args.v[i].is_pointer)
			return " : \"memory\"";
	return "";
}

static void macro(const struct site *site, struct sbuf *out)
{
	params(site, out);
	sbuf_puts(out, "__extension__ ({ ");
	for (uint32_t i = SITE_MAXARGS; i < site->args.n; i++) {
		sbuf_puts(out, "(void)");
		cast(site, i, out);
		sbuf_puts(out, "; ");
	}
	sbuf_printf(out, "__asm__ __volatile__(_DTRACE_NOTE(\"%s\", \"%s\", \"", site->provider->name,
		    site->probe->name);
	note_args(site, out);
	sbuf_puts(out, "\") \\\n\t: : ");
	for (uint32_t i = 0; i < passed(site); i++) {
		sbuf_puts(out, i ? ", \\\n\t\t_DTRACE_ARG(" : "_DTRACE_ARG(");
		cast(site, i, out);
		sbuf_putc(out, ')');
	}
	sbuf_printf(out, "%s); })\n#define %s_ENABLED() _DTRACE_ENABLED(%s)\n", clobber(site), site->macro,
		    site->semaphore);
}

// Elsewhere: nothing is evaluated, everything counts as used.
static void nothing(const struct site *site, struct sbuf *out)
{
	params(site, out);
	sbuf_puts(out, site->args.n ? "(" : "((void)0");
	for (uint32_t i = 0; i < site->args.n; i++) {
		sbuf_puts(out, i ? ", (void)sizeof(" : "(void)sizeof(");
		cast(site, i, out);
		sbuf_putc(out, ')');
	}
	sbuf_printf(out, ")\n#define %s_ENABLED() (0)\n", site->macro);
}

static void comment(const struct site *site, struct sbuf *out)
{
	sbuf_printf(out, "/* %s:::%s(", site->provider->name, site->probe->dname);
	for (uint32_t i = 0; i < site->args.n; i++)
		sbuf_printf(out, "%s%s", i ? ", " : "", site->args.v[i].dtype);
	sbuf_puts(out, ")");
	if (site->args.n > SITE_MAXARGS)
		sbuf_printf(out, "; tracers see the first %d", SITE_MAXARGS);
	sbuf_puts(out, " */\n");
}

void sites_header(const struct sites *s, struct sbuf *out)
{
	sbuf_printf(out, "/* Made of %s by dtrace -h. */\n#ifndef ", s->file);
	guard(s, out);
	sbuf_puts(out, "\n#define ");
	guard(s, out);
	sbuf_puts(out, "\n\n");
	sbuf_puts(out, common);
	sbuf_puts(out, "#ifdef _DTRACE_NOTE\n\n");
	semaphores(s, out);
	for (uint32_t i = 0; i < s->v.n; i++) {
		comment(&s->v.v[i], out);
		macro(&s->v.v[i], out);
	}
	sbuf_puts(out, "\n#else /* no probes here */\n\n");
	for (uint32_t i = 0; i < s->v.n; i++)
		nothing(&s->v.v[i], out);
	sbuf_puts(out, "\n#endif\n#endif\n");
}

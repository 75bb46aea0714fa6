// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The object of dtrace -G, an ELF file written from front to back: the header,
// the sections' bytes in the order of the table below, the section headers.

#include <elf.h>
#include <string.h>

#include "dlang/sites/sites.h"

enum { PROBES = 1, PROPERTY, STACK, SYMTAB, STRTAB, SHSTRTAB, NSECTIONS };

struct object_file {
	const struct sites *sites;
	uint16_t machine;
	struct sbuf *out;
	size_t begin;			// of the file in out
	struct sbuf strings, names;
	Elf64_Shdr headers[NSECTIONS];
};

static void pad(struct object_file *f, size_t align)
{
	while ((f->out->n - f->begin) % align)
		sbuf_putc(f->out, '\0');
}

static uint32_t add_string(struct sbuf *b, const char *s)
{
	uint32_t at = (uint32_t)b->n;

	sbuf_add(b, s, strlen(s) + 1);
	return at;
}

// ---- the sections' bytes ---------------------------------------------------

static void put_probes(struct object_file *f)
{
	static const char zero[2];

	for (uint32_t i = 0; i < f->sites->v.n; i++)
		sbuf_add(f->out, zero, sizeof zero);
}

// That there is no code which stands in the way of branch protection.
static void put_property(struct object_file *f)
{
	struct {
		Elf64_Nhdr note;
		char name[4];
		uint32_t type, size, value, pad;
	} p = {
		.note = { .n_namesz = 4, .n_descsz = 16, .n_type = NT_GNU_PROPERTY_TYPE_0 },
		.name = "GNU",
		.type = f->machine == SITE_ARM64 ? 0xc0000000 : 0xc0000002,
		.size = 4,
		.value = 3,		// IBT and shadow stack; BTI and PAC
	};

	sbuf_add(f->out, (const char *)&p, sizeof p);
}

static void put_nothing(struct object_file *f)
{
	(void)f;
}

static void put_symbol(struct object_file *f, Elf64_Sym s)
{
	sbuf_add(f->out, (const char *)&s, sizeof s);
}

static void put_symtab(struct object_file *f)
{
	put_symbol(f, (Elf64_Sym){ 0 });
	put_symbol(f, (Elf64_Sym){ .st_name = add_string(&f->strings, f->sites->file),
				   .st_info = ELF64_ST_INFO(STB_LOCAL, STT_FILE), .st_shndx = SHN_ABS });
	for (uint32_t i = 0; i < f->sites->v.n; i++)
		put_symbol(f, (Elf64_Sym){
			.st_name = add_string(&f->strings, f->sites->v.v[i].semaphore),
			.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), .st_other = STV_HIDDEN,
			.st_shndx = PROBES, .st_value = 2 * (Elf64_Addr)i, .st_size = 2,
		});
}

static void put_strtab(struct object_file *f)
{
	sbuf_add(f->out, f->strings.s, f->strings.n);
}

static void put_names(struct object_file *f)
{
	sbuf_add(f->out, f->names.s, f->names.n);
}

static const struct {
	const char *name;
	void (*put)(struct object_file *f);
	Elf64_Shdr header;
} sections[NSECTIONS] = {
	[0] = { "", put_nothing, { 0 } },
	[PROBES] = { ".probes", put_probes,
		     { .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_addralign = 2 } },
	[PROPERTY] = { ".note.gnu.property", put_property,
		       { .sh_type = SHT_NOTE, .sh_flags = SHF_ALLOC, .sh_addralign = 8 } },
	[STACK] = { ".note.GNU-stack", put_nothing, { .sh_type = SHT_PROGBITS, .sh_addralign = 1 } },
	[SYMTAB] = { ".symtab", put_symtab,
		     { .sh_type = SHT_SYMTAB, .sh_addralign = 8, .sh_entsize = sizeof(Elf64_Sym),
		       .sh_link = STRTAB, .sh_info = 2 } },
	[STRTAB] = { ".strtab", put_strtab, { .sh_type = SHT_STRTAB, .sh_addralign = 1 } },
	[SHSTRTAB] = { ".shstrtab", put_names, { .sh_type = SHT_STRTAB, .sh_addralign = 1 } },
};

// ---- the file --------------------------------------------------------------

static void put_section(struct object_file *f, int i)
{
	Elf64_Shdr *h = &f->headers[i];

	*h = sections[i].header;
	if (h->sh_addralign)
		pad(f, h->sh_addralign);
	h->sh_offset = i ? f->out->n - f->begin : 0;
	sections[i].put(f);
	h->sh_size = i ? f->out->n - f->begin - h->sh_offset : 0;
}

static Elf64_Ehdr header(const struct object_file *f)
{
	Elf64_Ehdr h = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB, EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = f->machine,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof h,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = NSECTIONS,
		.e_shstrndx = SHSTRTAB,
	};

	return h;
}

void sites_object(const struct sites *s, uint16_t machine, struct sbuf *out)
{
	struct object_file f = { .sites = s, .machine = machine, .out = out, .begin = out->n };
	Elf64_Ehdr h = header(&f);
	uint32_t names[NSECTIONS];

	sbuf_init(&f.strings, s->arena);
	sbuf_init(&f.names, s->arena);
	add_string(&f.strings, "");
	for (int i = 0; i < NSECTIONS; i++)
		names[i] = add_string(&f.names, sections[i].name);
	sbuf_add(out, (const char *)&h, sizeof h);
	for (int i = 0; i < NSECTIONS; i++)
		put_section(&f, i);
	pad(&f, 8);
	h.e_shoff = out->n - f.begin;
	memcpy(out->s + f.begin, &h, sizeof h);
	for (int i = 0; i < NSECTIONS; i++) {
		f.headers[i].sh_name = names[i];
		sbuf_add(out, (const char *)&f.headers[i], sizeof f.headers[i]);
	}
}

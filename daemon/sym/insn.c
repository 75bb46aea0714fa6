// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See insn.h. Lengths on x86 are libzydis's (libcapstone costs each start of dtraced 2.6 ms, as
// its tables are 77,000 relocations; this one's are 2,700). What the kernel refuses is in its
// arch/x86/kernel/uprobes.c and arch/arm64/kernel/probes/decode-insn.c.

#include "daemon/sym/insn.h"

#include <Zydis/Zydis.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/util.h"

struct machine {
	uint16_t elf;
	// Of the instruction at code; 0: none that is known, or not all of it is there.
	size_t (*length)(const struct insn_reader *r, const uint8_t *code, size_t n);
	bool (*refused)(const uint8_t *code, size_t n);
	uint32_t (*entry)(const uint8_t *code, size_t n);
};

struct insn_reader {
	const struct machine *machine;
	ZydisDecoder x86;
};

// ---- x86-64 ----------------------------------------------------------------

static size_t x86_length(const struct insn_reader *r, const uint8_t *code, size_t n)
{
	ZydisDecodedInstruction i;

	return ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&r->x86, NULL, code, n, &i)) ? i.length : 0;
}

static bool is_refused_prefix(uint8_t b)
{
	return b == 0x26 || b == 0x2e || b == 0x36 || b == 0x3e || b == 0xf0;	// segments, lock
}

static bool is_prefix(uint8_t b)
{
	return is_refused_prefix(b) || b == 0x64 || b == 0x65 || b == 0x66 || b == 0x67 ||
		b == 0xf2 || b == 0xf3;
}

// The prefixes of AVX, VEX and EVEX: how far behind their first byte the opcode is; 0: no such.
static size_t avx_skip(uint8_t b)
{
	return b == 0xc5 ? 2 : b == 0xc4 ? 3 : b == 0x62 ? 4 : 0;
}

// Opcodes that the kernel emulates as nop, jmp, call or jcc, without a look at a prefix of AVX before them: vpor,
// vpcmpeqb, vpbroadcastb and more would not be executed.
static bool is_taken_for_jump(uint8_t opcode)
{
	return opcode == 0x90 || (opcode & 0xf0) == 0x70 || opcode == 0xe8 || opcode == 0xe9 || opcode == 0xeb;
}

// Privileged ones, input and output, interrupts, ways out of the code segment, and what is
// no instruction. The kernel looks up opcodes of AVX in the same table.
static bool x86_refused(const uint8_t *code, size_t n)
{
	static const uint8_t opcodes[] = {
		0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x62,
		0x6c, 0x6d, 0x6e, 0x6f, 0x82, 0x9a, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd4, 0xd5,
		0xd6, 0xe4, 0xe5, 0xe6, 0xe7, 0xea, 0xec, 0xed, 0xee, 0xef, 0xf1, 0xf4, 0xfa, 0xfb,
	};
	size_t i = 0, avx = 0;

	for (; i < n && is_prefix(code[i]); i++) {
		if (is_refused_prefix(code[i]))
			return true;
	}
	if (i < n && (code[i] & 0xf0) == 0x40)
		i++;
	if (i < n)
		avx = avx_skip(code[i]);
	i += avx;
	return i >= n || (avx && is_taken_for_jump(code[i])) || memchr(opcodes, code[i], sizeof opcodes);
}

// push of a register, nop, and jumps and calls relative to here.
static bool is_emulated(const uint8_t *p, size_t n)
{
	if (n >= 2 && p[0] == 0x41 && (p[1] & 0xf8) == 0x50)
		return true;
	return n && ((p[0] & 0xf8) == 0x50 || p[0] == 0x90 || p[0] == 0xeb || p[0] == 0xe9 ||
		p[0] == 0xe8 || (p[0] & 0xf0) == 0x70);
}

static uint32_t x86_entry(const uint8_t *code, size_t n)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	size_t skip = sizeof endbr64;

	return n > skip && memcmp(code, endbr64, skip) == 0 && is_emulated(code + skip, n - skip) ?
		(uint32_t)skip : 0;
}

// ---- arm64 -----------------------------------------------------------------

static size_t arm64_length(const struct insn_reader *r, const uint8_t *code, size_t n)
{
	(void)r;
	(void)code;
	return n < 4 ? 0 : 4;
}

// Loads and stores exclusive, exceptions and system registers.
static bool arm64_refused(const uint8_t *code, size_t n)
{
	uint32_t w;

	if (n < sizeof w)
		return true;
	memcpy(&w, code, sizeof w);
	return (w & 0x3f000000) == 0x08000000 || (w & 0xff000000) == 0xd4000000 ||
		((w & 0xffc00000) == 0xd5000000 && (w & 0xfffff01f) != 0xd503201f);
}

static uint32_t arm64_entry(const uint8_t *code, size_t n)
{
	(void)code;
	(void)n;
	return 0;
}

static const struct machine machines[] = {
	{ EM_X86_64, x86_length, x86_refused, x86_entry },
	{ EM_AARCH64, arm64_length, arm64_refused, arm64_entry },
};

// ---- all -------------------------------------------------------------------

int insn_reader_new(struct insn_reader **rp, uint16_t machine)
{
	CLEANUP(freep) struct insn_reader *r = calloc(1, sizeof *r);

	if (!r)
		return -ENOMEM;
	for (size_t i = 0; i < NELEMS(machines); i++) {
		if (machines[i].elf == machine)
			r->machine = &machines[i];
	}
	if (!r->machine || !ZYAN_SUCCESS(ZydisDecoderInit(&r->x86, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)))
		return -ENOTSUP;
	*rp = r;
	r = NULL;
	return 0;
}

struct insn_reader *insn_reader_free(struct insn_reader *r)
{
	free(r);
	return NULL;
}

void insn_mark(const struct insn_reader *r, const uint8_t *code, size_t n, uint8_t *marks)
{
	memset(marks, INSN_UNKNOWN, n);
	for (size_t at = 0, len; at < n; at += len) {
		len = r->machine->length(r, code + at, n - at);
		if (!len)
			return;
		memset(marks + at, INSN_INSIDE, len);
		marks[at] = r->machine->refused(code + at, len) ? INSN_REFUSED : INSN_START;
	}
}

uint32_t insn_entry(const struct insn_reader *r, const uint8_t *code, size_t n)
{
	return r->machine->entry(code, n);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Unwind tables: of real files, row by row against what readelf says of them;
// of entries written by hand, and of broken ones.

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/table_wire.h"
#include "daemon/sym/unwind_build.h"
#include "tests/unit/suite.h"

// ---- look-up ---------------------------------------------------------------

static const struct unwind_rule none = { .cfa = UNWIND_NONE };

static const struct unwind_rule *rule_at(const struct unwind_table *t, uint64_t pc)
{
	uint32_t low = 0, high = t->nrows;

	if (pc < t->base + t->rows[0].pc)
		return &none;
	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;

		if (t->base + t->rows[middle].pc <= pc)
			low = middle;
		else
			high = middle;
	}
	return &t->rules[t->rows[low].rule];
}

static int build_file(struct unwind_table *t, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;
	struct elf_source source;
	struct stat st;
	struct elf e;

	ck_assert_msg(fd >= 0 && !fstat(fd, &st), "%s: %s", path, strerror(errno));
	source = elf_from_file(fd, (uint64_t)st.st_size);
	r = elf_open(&e, &source);
	if (r >= 0)
		r = unwind_build_elf(t, &e);
	elf_close(&e);
	close(fd);
	return r;
}

// ---- readelf ---------------------------------------------------------------

struct columns {
	int cfa, fp, ra;
};

// "   LOC           CFA      rbx   rbp   ra"
static void read_columns(struct columns *c, char *line)
{
	int i = 0;

	*c = (struct columns){ -1, -1, -1 };
	for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"), i++) {
		if (!strcmp(word, "CFA"))
			c->cfa = i;
		if (!strcmp(word, "rbp"))
			c->fp = i;
		if (!strcmp(word, "ra"))
			c->ra = i;
	}
}

static void check_cfa(const struct unwind_rule *rule, const char *cfa, uint64_t pc)
{
	int offset;

	if (sscanf(cfa, "rsp%d", &offset) == 1)
		ck_assert_msg(rule->cfa == UNWIND_SP && rule->offset == offset, "%lx: %s", pc, cfa);
	else if (sscanf(cfa, "rbp%d", &offset) == 1)
		ck_assert_msg(rule->cfa == UNWIND_FP && rule->offset == offset, "%lx: %s", pc, cfa);
	else if (!strcmp(cfa, "exp"))
		ck_assert_msg(rule->cfa >= UNWIND_AT_SP, "%lx: %s", pc, cfa);
	else
		ck_assert_msg(rule->cfa == UNWIND_UNSUPPORTED, "%lx: %s", pc, cfa);
}

static void check_fp(const struct unwind_rule *rule, const char *fp, uint64_t pc)
{
	int offset;

	if (!fp || !strcmp(fp, "u") || !strcmp(fp, "s"))
		ck_assert_msg(rule->fp == UNWIND_FP_SAME, "%lx: rbp %s", pc, fp);
	else if (sscanf(fp, "c%d", &offset) == 1)
		ck_assert_msg(rule->fp == UNWIND_FP_CFA && rule->fp_offset == offset, "%lx: rbp %s", pc, fp);
	else
		ck_assert_msg(rule->fp == UNWIND_FP_FP || rule->fp == UNWIND_FP_LOST, "%lx: rbp %s", pc, fp);
}

// "0000000000026010 rsp+16   u     c-16  c-8"
static void check_line(const struct unwind_table *t, const struct columns *c, char *line, uint64_t *pcp)
{
	char *words[64] = { NULL };
	const struct unwind_rule *rule;
	uint64_t pc;
	int n = 0;

	for (char *word = strtok(line, " \n"); word && n < 64; word = strtok(NULL, " \n")) {
		if (*word != '(')	// "r3 (rbx)"
			words[n++] = word;
	}
	pc = *pcp = strtoull(words[0], NULL, 16);
	rule = rule_at(t, pc);
	if (!strcmp(words[c->ra], "u")) {
		ck_assert_msg(rule->cfa == UNWIND_END, "%lx: the outermost frame", pc);
		return;
	}
	if (strcmp(words[c->ra], "c-8")) {	// a signal frame; vfork holds it in a register
		ck_assert_msg(rule->cfa == UNWIND_SIGNAL || (rule->cfa == UNWIND_UNSUPPORTED &&
			strcmp(words[c->ra], "exp")), "%lx: ra %s", pc, words[c->ra]);
		return;
	}
	check_cfa(rule, words[c->cfa], pc);
	if (rule->cfa != UNWIND_UNSUPPORTED && rule->cfa != UNWIND_SIGNAL)
		check_fp(rule, c->fp < 0 ? NULL : words[c->fp], pc);
}

// The FDEs' rows, until a blank line; a row of the next pc replaces nothing.
static size_t compare(const char *path)
{
	char command[PATH_MAX + 64], line[512];
	struct unwind_table t;
	struct columns c = { -1, -1, -1 };
	bool fde = false;
	uint64_t start = 0, end = 0, pc = 0;
	size_t n = 0;
	FILE *f;

	ck_assert_int_eq(build_file(&t, path), 0);
	ck_assert(unwind_table_check(&t));
	snprintf(command, sizeof command, "LC_ALL=C readelf -W --debug-dump=frames-interp %s 2>/dev/null", path);
	f = popen(command, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f)) {
		char *range = strstr(line, " FDE ") ? strstr(line, "pc=") : NULL;

		if (range && sscanf(range, "pc=%lx..%lx", &start, &end) == 2)
			fde = true;
		else if (strstr(line, " CIE ") || line[0] == '\n')
			fde = false;
		else if (fde && strstr(line, "LOC"))
			read_columns(&c, line);
		else if (fde && line[0] == '0') {
			check_line(&t, &c, line, &pc);
			ck_assert(pc >= start && pc < end);
			n++;
		}
	}
	ck_assert_int_ge(pclose(f), 0);
	// All supported but a few lines of assembly, and nothing without an entry.
	ck_assert_uint_eq(t.skipped, 0);
	ck_assert_msg(t.unsupported * 1000 <= t.nrows + 10000, "%s: %u of %u", path, t.unsupported, t.nrows);
	ck_assert_uint_le(t.nrows, n * 2);
	ck_assert_int_eq(rule_at(&t, t.base + t.rows[t.nrows - 1].pc + 64)->cfa, UNWIND_NONE);
	unwind_table_deinit(&t);
	return n;
}

static void library_path(char path[PATH_MAX], const char *name)
{
	char line[PATH_MAX + 128];
	FILE *maps = fopen("/proc/self/maps", "re");

	*path = 0;
	while (fgets(line, sizeof line, maps)) {
		char *p = strchr(line, '/');

		if (p && strstr(p, name))
			sscanf(p, "%[^\n]", path);
	}
	fclose(maps);
	ck_assert_msg(*path, "%s is not mapped", name);
}

START_TEST(libc_as_readelf_sees_it)
{
	char path[PATH_MAX];

	library_path(path, "/libc.so");
	ck_assert_uint_gt(compare(path), 20000);
}
END_TEST

START_TEST(the_loader_as_readelf_sees_it)
{
	char path[PATH_MAX];

	library_path(path, "/ld-linux");
	ck_assert_uint_gt(compare(path), 2000);
}
END_TEST

START_TEST(this_program_as_readelf_sees_it)
{
	char path[PATH_MAX];

	library_path(path, "/check_unwind");
	ck_assert_uint_gt(compare(path), 100);
}
END_TEST

// Frames of libc whose rules are known from what they are.
START_TEST(special_frames_of_libc)
{
	size_t kinds[UNWIND_CFA_N] = { 0 };
	char path[PATH_MAX];
	struct unwind_table t;

	library_path(path, "/libc.so");
	ck_assert_int_eq(build_file(&t, path), 0);
	for (uint32_t i = 0; i < t.nrows; i++)
		kinds[t.rules[t.rows[i].rule].cfa]++;
	ck_assert_uint_eq(kinds[UNWIND_SIGNAL], 1);	// __restore_rt
	ck_assert_uint_ge(kinds[UNWIND_END], 1);	// clone: a new thread starts there
	ck_assert_uint_ge(kinds[UNWIND_PLT], 1);
	ck_assert_uint_eq(t.segments[0].size > 0, 1);
	ck_assert_uint_eq(t.segments[1].size, 0);
	unwind_table_deinit(&t);
}
END_TEST

// ---- by hand ---------------------------------------------------------------

// A CIE as compilers write it, and an FDE of 0x40 bytes of code at 0x401000.
static const uint8_t hand[] = {
	0x14, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x00,
	0x0c, 7, 8, 0x90, 1, 0, 0,		// CFA = rsp + 8, ra at CFA - 8
	0x24, 0, 0, 0, 0x1c, 0, 0, 0,
	0x00, 0x10, 0x40, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0,
	0x41, 0x0e, 16, 0x86, 2,		// +1: CFA = rsp + 16, rbp at CFA - 16
	0x43, 0x0d, 6,				// +3: CFA = rbp + 16
	0x7c, 0x0c, 7, 8,		// +0x3c: CFA = rsp + 8
	0, 0, 0,
	0, 0, 0, 0,
};

static void check_hand_row(const struct unwind_table *t, uint64_t pc, uint8_t cfa, int offset, uint8_t fp)
{
	const struct unwind_rule *rule = rule_at(t, pc);

	ck_assert_uint_eq(rule->cfa, cfa);
	ck_assert_int_eq(rule->offset, offset);
	ck_assert_uint_eq(rule->fp, fp);
}

START_TEST(a_function_by_hand)
{
	struct unwind_table t;

	ck_assert_int_eq(unwind_build(&t, hand, sizeof hand, 0x400000), 0);
	ck_assert(unwind_table_check(&t));
	ck_assert_uint_eq(t.base, 0x401000);
	ck_assert_uint_eq(t.skipped, 0);
	check_hand_row(&t, 0x400fff, UNWIND_NONE, 0, 0);
	check_hand_row(&t, 0x401000, UNWIND_SP, 8, UNWIND_FP_SAME);
	check_hand_row(&t, 0x401001, UNWIND_SP, 16, UNWIND_FP_CFA);
	ck_assert_int_eq(rule_at(&t, 0x401001)->fp_offset, -16);
	check_hand_row(&t, 0x401004, UNWIND_FP, 16, UNWIND_FP_CFA);
	check_hand_row(&t, 0x40103f, UNWIND_FP, 16, UNWIND_FP_CFA);
	check_hand_row(&t, 0x401040, UNWIND_NONE, 0, 0);
	unwind_table_deinit(&t);
}
END_TEST

// Each byte of it cut off or changed: no crash, and what is built is in order.
START_TEST(broken_entries)
{
	for (size_t n = 0; n < sizeof hand; n++) {
		uint8_t *copy = malloc(n + 1);
		struct unwind_table t;

		memcpy(copy, hand, n);
		if (unwind_build(&t, copy, n, 0x400000) == 0) {
			ck_assert(unwind_table_check(&t));
			unwind_table_deinit(&t);
		}
		free(copy);
	}
	for (size_t at = 0; at < sizeof hand; at++) {
		for (int bit = 0; bit < 8; bit++) {
			uint8_t copy[sizeof hand];
			struct unwind_table t;

			memcpy(copy, hand, sizeof copy);
			copy[at] ^= (uint8_t)(1 << bit);
			if (unwind_build(&t, copy, sizeof copy, 0x400000) == 0) {
				ck_assert(unwind_table_check(&t));
				unwind_table_deinit(&t);
			}
		}
	}
}
END_TEST

START_TEST(no_entries)
{
	struct unwind_table t;

	ck_assert_int_eq(unwind_build(&t, hand, 0, 0x400000), -ENODATA);
	ck_assert_int_eq(unwind_build(&t, hand + sizeof hand - 4, 4, 0x400000), -ENODATA);
}
END_TEST

// What the core refuses of a worker's answer.
START_TEST(tables_are_checked)
{
	struct unwind_rule rules[] = { { .cfa = UNWIND_SP, .offset = 8 }, { .cfa = UNWIND_NONE } };
	struct unwind_row rows[] = { { 16, 0 }, { 32, 1 } };
	struct unwind_table t = { .base = 0x1000, .rows = rows, .nrows = 2, .rules = rules, .nrules = 2 };

	ck_assert(unwind_table_check(&t));
	rows[1].rule = 2;
	ck_assert(!unwind_table_check(&t));
	rows[1] = (struct unwind_row){ 16, 1 };
	ck_assert(!unwind_table_check(&t));
	rows[1] = (struct unwind_row){ 8, 1 };
	ck_assert(!unwind_table_check(&t));
	rows[1] = (struct unwind_row){ 32, 1 };
	rows[0].pc = UNWIND_PAGE_SIZE;
	rows[1].pc = UNWIND_PAGE_SIZE + 1;
	ck_assert(!unwind_table_check(&t));
	rows[0].pc = 16;
	ck_assert(unwind_table_check(&t));
	t.base++;
	ck_assert(!unwind_table_check(&t));
	t.base--;
	rules[0].cfa = UNWIND_CFA_N;
	ck_assert(!unwind_table_check(&t));
	rules[0] = (struct unwind_rule){ .fp = UNWIND_FP_N };
	ck_assert(!unwind_table_check(&t));
	rules[0].fp = 0;
	t.nrows = 0;
	ck_assert(!unwind_table_check(&t));
}
END_TEST

// Rows that are further apart than a word tells.
START_TEST(over_the_wire)
{
	struct unwind_rule rules[] = { { .cfa = UNWIND_SP, .offset = 8 }, { .cfa = UNWIND_NONE } };
	struct unwind_row rows[] = {
		{ 16, 0 }, { 17, 1 }, { 16 + TABLE_FAR, 0 }, { 16 + 2 * TABLE_FAR, 1 }, { 0xfffffff0, 0 },
	};
	struct unwind_table back, t = {
		.base = 0x1000, .rows = rows, .nrows = 5, .rules = rules, .nrules = 2,
	};
	Dtraced__UnwindTable m = DTRACED__UNWIND_TABLE__INIT;

	ck_assert_int_eq(table_pack(&t, &m), 0);
	ck_assert_int_eq(table_unpack(&m, &back), 0);
	ck_assert_uint_eq(back.nrows, 5);
	ck_assert_uint_eq(back.base, 0x1000);
	ck_assert_int_eq(memcmp(back.rows, rows, sizeof rows), 0);
	ck_assert_int_eq(memcmp(back.rules, rules, sizeof rules), 0);
	unwind_table_deinit(&back);
	m.rules.len -= sizeof *rules;	// rows name a rule that is not there
	ck_assert_int_eq(table_unpack(&m, &back), -EBADMSG);
	m.rows.len = 0;
	ck_assert_int_eq(table_unpack(&m, &back), -EBADMSG);
	m.error = -ENODATA;
	ck_assert_int_eq(table_unpack(&m, &back), -ENODATA);
	free(m.rows.data);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("unwind");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, libc_as_readelf_sees_it);
	tcase_add_test(tc, the_loader_as_readelf_sees_it);
	tcase_add_test(tc, this_program_as_readelf_sees_it);
	tcase_add_test(tc, special_frames_of_libc);
	tcase_add_test(tc, a_function_by_hand);
	tcase_add_test(tc, broken_entries);
	tcase_add_test(tc, no_entries);
	tcase_add_test(tc, tables_are_checked);
	tcase_add_test(tc, over_the_wire);
	return suite_run("unwind", tc);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Objects as a hostile worker would send them: one field is bent at a time, and
// each is refused for that reason.

#include <check.h>
#include <glob.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "daemon/kernel/insn.h"
#include "daemon/session/admit.h"
#include "dlang/object.h"
#include "tests/unit/suite.h"

static struct bpf_insn insns[8];
static uint32_t lines[6];
static Dtraced__Reloc relocs[2], *reloc_list[] = { &relocs[0], &relocs[1] };
static Dtraced__Slot slot, *slot_list[] = { &slot };
static Dtraced__Counter counter;
static Dtraced__Program program, *program_list[] = { &program };
static Dtraced__Map map, *map_list[] = { &map };
static Dtraced__TableLayout table, *table_list[] = { &table };
static Dtraced__Object object;
static char *runtime_list[] = { (char *)"dt_strlen" };
static struct runtime_function functions[] = {
	{ .name = (char *)"dt_strlen" }, { .name = (char *)"dt_unwind_map" },
};
static const struct runtime runtime = { functions, 2 };

static void set_insns(void)
{
	uint32_t n = 0;

	memset(insns, 0, sizeof insns);
	insns[n++] = insn_raw(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, 0, 0, MAP_CTL);
	insns[n++] = insn_raw(0, 0, 0, 0, CTL_STOPPED);
	insns[n++] = insn_call(0);
	insns[n++] = insn_mov_imm(BPF_REG_0, 0);
	insns[n++] = insn_exit();
	dtraced__reloc__init(&relocs[0]);
	relocs[0].kind = RELOC_MAP_VALUE;
	dtraced__reloc__init(&relocs[1]);
	relocs[1].insn = 2;
	relocs[1].kind = RELOC_RUNTIME;
	program.insns.data = (uint8_t *)insns;
	program.insns.len = n * sizeof *insns;
	program.lines.data = (uint8_t *)lines;
	program.lines.len = n * sizeof *lines;
	program.relocs = reloc_list;
	program.n_relocs = 2;
}

static void set_program(void)
{
	dtraced__counter__init(&counter);
	counter.type = 1;
	dtraced__program__init(&program);
	program.hook = HOOK_TP_BTF;
	program.name = (char *)"sys_enter";
	program.btf_id = 5;
	program.nctx = 2;
	dtraced__slot__init(&slot);
	slot.kind = ARG_CTX;
	slot.a = 1;
	program.slots = slot_list;
	program.n_slots = 1;
	set_insns();
}

// A good object, which each case then bends.
static void setup(void)
{
	dtraced__map__init(&map);
	map.key_size = 16;
	map.value_size = 16;
	map.max_entries = 1024;
	dtraced__table_layout__init(&table);
	table.offset = 4096;
	table.entries = 64;
	table.key_size = 16;
	table.nadd = 2;
	table.overflow = MAP_FIRST_EXTRA;
	dtraced__object__init(&object);
	object.programs = program_list;
	object.maps = map_list;
	object.tables = table_list;
	object.n_programs = object.n_maps = object.n_tables = 1;
	object.ctl_size = 4096;
	object.area_size = 256 * 1024;
	object.ring_offset = 16384;
	object.ring_size = 64 * 1024;
	runtime_list[0] = (char *)"dt_strlen";
	object.runtime = runtime_list;
	object.n_runtime = 1;
	object.strsize = 256;
	set_program();
}

static void refused(const char *part)
{
	struct reason why = { "" };
	int r = admit_object(&object, &runtime, &why);

	ck_assert_int_eq(r, ADMIT_E_BAD);
	ck_assert_msg(strstr(why.text, part) != NULL, "'%s' instead of '%s'", why.text, part);
	setup();
	ck_assert_int_eq(admit_object(&object, &runtime, &why), 0);
}

#define BENT(change, part) do { change; refused(part); } while (0)

START_TEST(good)
{
	struct reason why;

	ck_assert_int_eq(admit_object(&object, &runtime, &why), 0);
	object.ring_size = 0;	// records nothing
	ck_assert_int_eq(admit_object(&object, &runtime, &why), 0);
	object.n_programs = object.n_tables = object.n_maps = object.n_runtime = 0;
	ck_assert_int_eq(admit_object(&object, &runtime, &why), 0);
}
END_TEST

START_TEST(layouts)
{
	BENT(object.ctl_size = 0, "control area");
	BENT(object.ctl_size = 4097, "control area");
	BENT(object.ctl_size = 0xfffff000, "control area");
	BENT(object.area_size = 0, "an area");
	BENT(object.area_size = 0xfffff000, "an area");
	BENT(object.ring_size = 65 * 1024, "a ring of");
	BENT(object.ring_size = 1u << 31, "a ring at");
	BENT(object.ring_offset = 0xfffff000, "a ring at");
	BENT(object.ring_offset = 0, "a ring at");
	BENT(object.ring_offset = 256 * 1024 - 64 * 1024, "a ring at");	// no room for the slack
	BENT(object.policy = 3, "policy");
	BENT(object.image.len = 4096, "an image");
	BENT(object.strsize = 0, "strsize");
	BENT(object.strsize = 1u << 20, "strsize");
}
END_TEST

START_TEST(tables)
{
	BENT(table.offset = 0, "a table at");
	BENT(table.offset = 4100, "a table at");
	BENT(table.offset = 0xfffffff8, "a table at");
	BENT(table.offset = 16384 - 64, "runs into the ring");
	BENT(table.entries = 63, "a table of");
	BENT(table.entries = 1u << 31, "a table at");
	BENT(table.entries = 0, "a table of");
	BENT(table.key_size = 0, "a table of");
	BENT(table.key_size = 12, "a key of");
	BENT(table.key_size = 0xfffffff8, "a key of");
	BENT(table.nadd = 0, "a value of");
	BENT((table.nadd = 0xffffffff, table.nmax = 2), "a value of");
	BENT(table.overflow = 0, "an overflow");
	BENT(table.overflow = 4, "an overflow");
	BENT(table.overflow = -2, "an overflow");
	BENT(table.overflow = INT32_MIN, "an overflow");
	BENT(map.value_size = 24, "another geometry");
	BENT(map.key_size = 8, "another geometry");
	BENT(map.kind = MK_TASK_STORAGE, "another geometry");
}
END_TEST

START_TEST(maps)
{
	BENT(map.kind = 2, "map kind");
	BENT(map.key_size = 0, "a map of");
	BENT(map.key_size = 1u << 20, "a map of");
	BENT(map.value_size = 0xffffffff, "a map of");
	BENT(map.max_entries = 0, "entries");
	BENT(map.max_entries = 0xffffffff, "entries");
	BENT(object.n_maps = 61, "61 maps");
	BENT(object.n_programs = 100000, "programs");
	BENT(object.n_tables = 100000, "tables");
	BENT(object.n_runtime = 100000, "run-time");
	map.max_entries = 1u << 26;
	map.value_size = 8;
	ck_assert_uint_ge(admit_map_bytes(&object), (uint64_t)(1u << 26) * 88);
}
END_TEST

START_TEST(programs)
{
	BENT(program.hook = HOOK_ERROR, "hook kind");
	BENT(program.hook = 0xffffffff, "hook kind");
	BENT(program.name = (char *)"../x", "name of a hook");
	BENT(program.btf_id = 0, "without a type");
	BENT(program.hook = HOOK_PACKET_IN, "argument slot");
	BENT(program.nctx = 13, "words of context");
	BENT((program.hook = HOOK_TICK, program.n_slots = 0), "a period");
	BENT((program.hook = HOOK_TICK, program.n_slots = 0, program.period = UINT64_MAX), "a period");
	BENT((program.hook = HOOK_COUNTER, program.n_slots = 0, program.period = 1), "a counter of");
	BENT((program.hook = HOOK_COUNTER, program.n_slots = 0, program.counter = &counter), "a counter of");
	BENT((program.hook = HOOK_COUNTER, program.n_slots = 0, program.period = 1, counter.type = 2,
		program.counter = &counter), "a counter of type 2");
	BENT(program.insns.len = 0, "a program of");
	BENT(program.insns.len -= 1, "a program of");
	BENT(program.lines.len -= 4, "a line table");
	BENT(program.n_slots = 25, "argument slots");
	BENT(slot.kind = 100, "argument slot");
	BENT(slot.a = 2, "argument slot");
	BENT(slot.a = 0x10001, "argument slot");
	BENT((slot.kind = ARG_REGS, slot.a = 0, slot.b = 4096), "argument slot");
	BENT(slot.kind = ARG_TASK, "argument slot");
	BENT(runtime_list[0] = (char *)"other", "no run-time function");
	BENT(runtime_list[0] = (char *)"dt_unwind_map", "no run-time function");	// private
}
END_TEST

START_TEST(instructions)
{
	BENT(relocs[0].insn = 5, "a relocation at");
	BENT(relocs[0].insn = 2, "a map relocation");
	BENT(relocs[1].insn = 0, "a relocation at");
	BENT(relocs[1].insn = 3, "run-time function");
	BENT(relocs[1].index = 1, "run-time function");
	BENT(relocs[0].kind = 9, "relocation kind");
	BENT(relocs[0].index = 4, "map 4");
	BENT(relocs[0].index = MAP_SEG, "the address of byte");
	BENT(insns[1].imm = 4096, "the address of byte");
	BENT(insns[1].imm = -8, "the address of byte");
	BENT((program.relocs = NULL, program.n_relocs = 0, insns[0].src_reg = 1), "kernel object");
	BENT((program.n_relocs = 1, insns[2].src_reg = 2), "kernel object");
	BENT(insns[4] = insns[0], "half an instruction");
	BENT((insns[1].code = BPF_JMP | BPF_CALL, relocs[1].insn = 1), "inside an instruction");
}
END_TEST

START_TEST(functions_of_the_kernel)
{
	static uint64_t cookies[2] = { 1, 2 }, addresses[2] = { UINT64_C(0xffffffff81000000), 0 };
	ProtobufCBinaryData none = { 0, NULL };
	struct reason why;

	program.hook = HOOK_KPROBE_MULTI;
	program.nctx = 0;
	program.n_slots = 0;
	program.functions = (ProtobufCBinaryData){ 12, (uint8_t *)"vfs_a\0vfs_b" };
	program.cookies = (ProtobufCBinaryData){ sizeof cookies, (uint8_t *)cookies };
	ck_assert_int_eq(admit_object(&object, &runtime, &why), 0);
	program.addresses = (ProtobufCBinaryData){ sizeof addresses, (uint8_t *)addresses };
	ck_assert_int_eq(admit_object(&object, &runtime, &why), 0);
	addresses[1] = 0x1000;
	ck_assert_int_eq(admit_object(&object, &runtime, &why), ADMIT_E_BAD);
	ck_assert_ptr_nonnull(strstr(why.text, "the address of a function"));
	addresses[1] = 0;
	program.addresses.len = 8;
	ck_assert_int_eq(admit_object(&object, &runtime, &why), ADMIT_E_BAD);
	ck_assert_ptr_nonnull(strstr(why.text, "8 bytes of addresses"));
	program.addresses = none;
	program.functions.len = 6;
	ck_assert_int_eq(admit_object(&object, &runtime, &why), ADMIT_E_BAD);
	ck_assert_ptr_nonnull(strstr(why.text, "1 functions for 2 cookies"));
}
END_TEST

// What the compiler made (tests/golden/dcc reply ...) and fuzzing starts from.
static void admit_seed(const char *path, const struct runtime *rt)
{
	static uint8_t bytes[1 << 20];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
	Dtraced__WorkerReply *reply = dtraced__worker_reply__unpack(NULL, n, bytes);
	struct reason why = { "" };

	if (f)
		fclose(f);
	ck_assert_msg(reply && reply->body_case == DTRACED__WORKER_REPLY__BODY_OBJECT, "%s", path);
	ck_assert_msg(reply->object->n_programs > 0, "%s has no program", path);
	ck_assert_msg(!admit_object(reply->object, rt, &why), "%s: %s", path, why.text);
	dtraced__worker_reply__free_unpacked(reply, NULL);
}

START_TEST(seeds)
{
	struct runtime rt;
	glob_t found;

	ck_assert_int_eq(runtime_open(&rt), 0);
	ck_assert_int_eq(glob("tests/fuzz/corpus/object/*", 0, NULL, &found), 0);
	ck_assert_uint_ge(found.gl_pathc, 5);
	for (size_t i = 0; i < found.gl_pathc; i++)
		admit_seed(found.gl_pathv[i], &rt);
	globfree(&found);
	runtime_close(&rt);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("admit");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, good);
	tcase_add_test(t, layouts);
	tcase_add_test(t, tables);
	tcase_add_test(t, maps);
	tcase_add_test(t, programs);
	tcase_add_test(t, instructions);
	tcase_add_test(t, functions_of_the_kernel);
	tcase_add_test(t, seeds);
	return suite_run("admit", t);
}

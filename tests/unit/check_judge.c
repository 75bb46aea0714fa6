// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a policy says to programs: classes by hooks, names, limits.

#include <check.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/judge.h"
#include "daemon/policy/policy_load.h"
#include "tests/unit/suite.h"

static struct reason why;
static struct policy *policy;

static const char text[] = "{ \"version\": 1,\n"
	"\"settings\": { \"never\": { \"probes\": [ \"fbt::bpf_*:\" ] } },\n"
	"\"roles\": {\n"
	"\"root\": { \"classes\": [\"kernel\", \"destructive\"], \"admin\": [\"*\"] },\n"
	"\"watcher\": { \"classes\": [\"kernel\"], \"probes\": { \"deny\": [\"syscall::ptrace:\"] },\n"
	"  \"limits\": { \"clauses\": 3, \"probes\": 10, \"strsize_max\": 256, \"agg_keys\": 1000, \"agg_key_bytes\": 64,\n"
	"    \"profile_hz_max\": 199, \"tick_hz_max\": 10 } },\n"
	"\"developer\": { \"classes\": [\"user\"], \"probes\": { \"allow\": [\"syscall:::\", \"profile:::tick-*\"] } },\n"
	"\"owner\": { \"classes\": [\"proc\"] } },\n"
	"\"bindings\": [ { \"match\": { \"uid\": 0 }, \"role\": \"root\" }, { \"match\": { \"uid\": 1 }, \"role\": \"watcher\" },\n"
	"  { \"match\": { \"uid\": 2 }, \"role\": \"developer\" }, { \"match\": { \"uid\": 3 }, \"role\": \"owner\" } ] }\n";

enum { ROOT, WATCHER, DEVELOPER, OWNER };

// A program on one hook, with one probe of these names.
struct program {
	enum hook_kind hook;
	const char *name;
	uint64_t period;
	const char *prov, *func, *probe;
	int32_t helper;
	const char *function;
	Dtraced__TableLayout table;
	uint32_t clauses, probes, strsize;
};

static struct wish *wish_of(const struct program *p)
{
	struct bpf_insn call = { .code = BPF_JMP | BPF_CALL, .imm = p->helper };
	Dtraced__Program program = DTRACED__PROGRAM__INIT, *programs[] = { &program };
	Dtraced__Object object = DTRACED__OBJECT__INIT;
	Dtraced__ProbeInfo info = DTRACED__PROBE_INFO__INIT, *infos[] = { &info };
	Dtraced__Schema schema = DTRACED__SCHEMA__INIT;
	Dtraced__TableLayout table = p->table, *tables[] = { &table };
	char *functions[] = { (char *)p->function };
	ProtobufCBinaryData packed;
	struct wish *w;

	program.hook = p->hook;
	program.period = p->period;
	if (p->name)
		program.name = (char *)p->name;
	program.insns = (ProtobufCBinaryData){ p->helper ? sizeof call : 0, (uint8_t *)&call };
	object.n_programs = 1;
	object.programs = programs;
	object.n_runtime = p->function ? 1 : 0;
	object.runtime = functions;
	dtraced__table_layout__init(&table);
	table.key_size = p->table.key_size;
	table.entries = p->table.entries;
	object.n_tables = 1;
	object.tables = tables;
	object.clauses = p->clauses;
	object.probes = p->probes;
	object.strsize = p->strsize;
	info.prov = (char *)p->prov;
	info.mod = (char *)"vmlinux";
	info.func = (char *)p->func;
	info.name = (char *)p->probe;
	schema.n_probes = p->prov ? 1 : 0;
	schema.probes = infos;
	packed.len = dtraced__schema__get_packed_size(&schema);
	packed.data = malloc(packed.len + 1);
	dtraced__schema__pack(&schema, packed.data);
	ck_assert_int_eq(wish_new(&w, &object, &packed), 0);
	return w;	// its schema stays
}

static const struct {
	uid_t uid;
	struct program program;
	enum verdict verdict;
	const char *why;	// how it begins; NULL: not asked
} cases[] = {
	{ ROOT, { .hook = HOOK_FENTRY, .prov = "fbt", .func = "tcp_sendmsg", .probe = "entry" }, VERDICT_ALLOW, NULL },
	{ ROOT, { .hook = HOOK_FENTRY, .prov = "fbt", .func = "bpf_prog_load", .probe = "entry" }, VERDICT_DENY,
		"uid 0 may not have the probe fbt:vmlinux:bpf_prog_load:entry: nobody may have fbt::bpf_*: (p.json:2)" },
	{ ROOT, { .hook = HOOK_BEGIN, .helper = BPF_FUNC_send_signal }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_TP_BTF, .name = "block_io_start", .prov = "io", .func = "", .probe = "start" }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_TP_BTF, .name = "sys_enter", .prov = "syscall", .func = "ptrace", .probe = "entry" }, VERDICT_DENY,
		"uid 1 may not have the probe syscall:vmlinux:ptrace:entry: its role 'watcher' (p.json: bindings[1]) may not "
		"have syscall::ptrace: (p.json:5)" },
	{ WATCHER, { .hook = HOOK_BEGIN, .helper = BPF_FUNC_send_signal }, VERDICT_DENY, "uid 1 may not use raise(), stop(), chill() or" },
	{ WATCHER, { .hook = HOOK_BEGIN, .helper = BPF_FUNC_probe_write_user }, VERDICT_DENY, "uid 1 may not use raise(), stop(), chill() or" },
	{ WATCHER, { .hook = HOOK_BEGIN, .helper = BPF_FUNC_override_return }, VERDICT_DENY, "uid 1 may not use raise(), stop(), chill() or" },
	{ WATCHER, { .hook = HOOK_BEGIN, .helper = BPF_FUNC_send_signal_thread }, VERDICT_DENY, "uid 1 may not use raise(), stop(), chill() or" },
	{ WATCHER, { .hook = HOOK_BEGIN, .helper = BPF_FUNC_ktime_get_ns }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_BEGIN, .function = "dt_chill" }, VERDICT_DENY, "uid 1 may not use raise(), stop(), chill() or" },
	{ WATCHER, { .hook = HOOK_BEGIN, .function = "dt_strlen" }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_BEGIN, .clauses = 3, .probes = 10, .strsize = 256 }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_BEGIN, .clauses = 4 }, VERDICT_LIMIT, "too many clauses: 4, the maximum for uid 1 is 3 "
		"(limit 'clauses' of its role 'watcher' (p.json: bindings[1]))" },
	{ WATCHER, { .hook = HOOK_BEGIN, .probes = 11 }, VERDICT_LIMIT, "too many probes: 11, the maximum for uid 1 is 10 " },
	{ WATCHER, { .hook = HOOK_BEGIN, .strsize = 257 }, VERDICT_LIMIT,
		"too many bytes of a string (-x strsize): 257, the maximum for uid 1 is 256 (limit 'strsize_max'" },
	{ WATCHER, { .hook = HOOK_BEGIN, .table = { .key_size = 64, .entries = 1000 } }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_BEGIN, .table = { .key_size = 72, .entries = 1000 } }, VERDICT_LIMIT,
		"too many bytes of an aggregation's key: 72, the maximum for uid 1 is 64 (limit 'agg_key_bytes'" },
	{ WATCHER, { .hook = HOOK_BEGIN, .table = { .key_size = 8, .entries = 1024 } }, VERDICT_LIMIT,
		"too many keys of aggregations (-x aggsize): 1024, the maximum for uid 1 is 1000 (limit 'agg_keys'" },
	{ WATCHER, { .hook = HOOK_PERF_CLOCK, .period = 1000000000 / 199 }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_PERF_CLOCK, .period = 1000000000 / 200 }, VERDICT_LIMIT,
		"too many firings of profile-N a second: 200, the maximum for uid 1 is 199 (limit 'profile_hz_max'" },
	{ WATCHER, { .hook = HOOK_TICK, .period = 100000000 }, VERDICT_ALLOW, NULL },
	{ WATCHER, { .hook = HOOK_TICK, .period = 10000000 }, VERDICT_LIMIT, "too many firings of tick-N a second: 100" },
	{ DEVELOPER, { .hook = HOOK_TP_BTF, .name = "block_io_start", .prov = "io", .func = "", .probe = "start" }, VERDICT_DENY,
		"uid 2 may not have probes on the tracepoint block_io_start: that takes the class 'kernel', which its role "
		"'developer' (p.json: bindings[2]) does not have; syscall:::, profile-97 and pid$target::: show its own "
		"processes" },
	{ DEVELOPER, { .hook = HOOK_KPROBE_MULTI, .prov = "fbt", .func = "tcp_sendmsg", .probe = "entry" }, VERDICT_DENY,
		"uid 2 may not have probes on functions of the kernel: that takes the class 'kernel'" },
	{ DEVELOPER, { .hook = HOOK_PACKET_IN }, VERDICT_DENY, "uid 2 may not have probes on packets" },
	{ DEVELOPER, { .hook = HOOK_COUNTER }, VERDICT_DENY, "uid 2 may not have probes on counters of the processor" },
	{ DEVELOPER, { .hook = (enum hook_kind)4711 }, VERDICT_DENY, "uid 2 may not have probes on this hook" },
	// A worker that lies about the name gets no further than its hook.
	{ DEVELOPER, { .hook = HOOK_TP_BTF, .name = "block_io_start", .prov = "syscall", .func = "read", .probe = "entry" }, VERDICT_DENY,
		"uid 2 may not have probes on the tracepoint block_io_start" },
	{ DEVELOPER, { .hook = HOOK_UPROBE, .prov = "pid12", .func = "main", .probe = "entry" }, VERDICT_DENY,
		"uid 2 may not have the probe pid12:vmlinux:main:entry: its role 'developer' (p.json: bindings[2]) may have "
		"syscall:::, profile:::tick-*" },
	{ OWNER, { .hook = HOOK_TP_BTF, .name = "sys_enter", .prov = "syscall", .func = "read", .probe = "entry" }, VERDICT_DENY,
		"uid 3 may not have probes on the tracepoint sys_enter: that takes the class 'user', which its role 'owner' "
		"(p.json: bindings[3]) does not have; pid$target::: shows its own processes" },
	{ 4, { .hook = HOOK_BEGIN }, VERDICT_DENY, "uid 4 may not trace: the policy binds no role to it" },
};

START_TEST(a_program_is_judged)
{
	struct wish *w = wish_of(&cases[_i].program);
	struct peer peer = { .uid = cases[_i].uid, .userns = PEER_USERNS_OURS };
	const char *expected = cases[_i].why;

	policy_bind(policy, &peer);
	reason_set(&why, "%s", "");
	ck_assert_msg(judge(&peer, w, &why) == cases[_i].verdict, "%s", why.text);
	if (expected)
		ck_assert_str_eq((why.text[strlen(expected)] = '\0', why.text), expected);
	free(w->schema.data);
	wish_free(w);
	policy_unref(peer.policy);
}
END_TEST

START_TEST(names_that_cannot_be_read_are_refused)
{
	Dtraced__Object object = DTRACED__OBJECT__INIT;
	ProtobufCBinaryData junk = { 3, (uint8_t *)"\x0a\x7f\x01" };
	struct peer peer = { .uid = WATCHER, .userns = PEER_USERNS_OURS };
	struct wish *w;

	policy_bind(policy, &peer);
	ck_assert_int_eq(wish_new(&w, &object, &junk), 0);
	ck_assert_int_eq(judge(&peer, w, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text, "the compiler's answer does not name its probes");
	wish_free(w);
	policy_unref(peer.policy);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("judge");
	int r;

	if (policy_parse(&policy, "p.json", text, sizeof text - 1, &why) < 0) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	tcase_add_loop_test(t, a_program_is_judged, 0, (int)NELEMS(cases));
	tcase_add_test(t, names_that_cannot_be_read_are_refused);
	r = suite_run("judge", t);
	policy_unref(policy);
	return r;
}

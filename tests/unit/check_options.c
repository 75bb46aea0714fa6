// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The command line and -x values.

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/options.h"
#include "tests/unit/suite.h"

enum { MAX_ARGS = 12 };

static int parse(struct options *o, const char *line)
{
	static char copy[256], *argv[MAX_ARGS];
	int argc = 0;

	strcpy(copy, line);
	for (char *p = strtok(copy, " "); p && argc < MAX_ARGS - 1; p = strtok(NULL, " "))
		argv[argc++] = p;
	argv[argc] = NULL;
	return options_parse(o, argc, argv);
}

// What comes of a line: programs as kind:text, then settings, then $1...
static const struct { const char *line; int result; const char *expect; } lines[] = {
	{ "dtrace", 2, NULL },
	{ "dtrace -n BEGIN", 0, "1:BEGIN ||" },
	{ "dtrace -nBEGIN -qx strsize=64", 0, "1:BEGIN | quiet strsize=64 |" },
	{ "dtrace -P syscall -m vmlinux -f read -i 7 -n x", 0, "4:syscall 3:vmlinux 2:read 5:7 1:x ||" },
	{ "dtrace -s /dev/null one -n BEGIN two -q", 0, "0:/dev/null 1:BEGIN | quiet | one two" },
	{ "dtrace -n BEGIN -- -q", 0, "1:BEGIN || -q" },
	{ "dtrace -Fwq -b 8m -Z -n x", 0, "1:x | flowindent destructive quiet bufsize=8m zdefs |" },
	{ "dtrace -x bufpolicy=ring -x aggsortkey -x switchrate=10hz -n x", 0,
	  "1:x | bufpolicy=ring aggsortkey switchrate=10hz |" },
	{ "dtrace -x nonsense -n x", 1, NULL },
	{ "dtrace -x bufpolicy=other -n x", 1, NULL },
	{ "dtrace -x strsize -n x", 1, NULL },
	{ "dtrace -x quiet=perhaps -n x", 1, NULL },
	{ "dtrace -b 4q -n x", 1, NULL },
	{ "dtrace -y", 2, NULL },
	{ "dtrace -n", 2, NULL },
	{ "dtrace -lV", 2, NULL },
	{ "dtrace -p 1 -n x", 0, "1:x ||" },
	{ "dtrace -DA=1 -I /x -U B -X s -n x", 0, "1:x | define=A=1 incdir=/x undef=B stdc=s |" },
	{ "dtrace -A -n x", 1, NULL },
	{ "dtrace -32 -n x", 1, NULL },
	{ "dtrace -s /nonexistent", 1, NULL },
	{ "dtrace -s /dev/zero", 1, NULL },
};

static void describe(const struct options *o, char *text)
{
	for (size_t i = 0; i < o->ntexts; i++)
		text += sprintf(text, "%d:%s ", o->texts[i].kind, o->texts[i].arg);
	text += sprintf(text, "|");
	for (size_t i = 0; i < o->ngiven; i++)
		text += sprintf(text, " %s%s%s", o->given[i].name, o->given[i].value ? "=" : "",
				o->given[i].value ? o->given[i].value : "");
	text += sprintf(text, "%s|", o->ngiven ? " " : "");
	for (size_t i = 1; i < o->nargs; i++)
		text += sprintf(text, " %s", o->args[i]);
}

START_TEST(command_lines)
{
	struct options o;
	char text[512];

	ck_assert_int_eq(parse(&o, lines[_i].line), lines[_i].result);
	if (lines[_i].expect) {
		describe(&o, text);
		ck_assert_str_eq(text, lines[_i].expect);
	}
	options_deinit(&o);
}
END_TEST

START_TEST(script)
{
	char path[] = "/tmp/check_options.XXXXXX", line[64];
	int fd = mkstemp(path);
	struct options o;

	ck_assert_int_eq(write(fd, "#!/x\nBEGIN{}", 12), 12);
	close(fd);
	sprintf(line, "dtrace -lves %s arg", path);
	ck_assert_int_eq(parse(&o, line), 0);
	ck_assert_uint_eq(o.texts[0].len, 12);
	ck_assert(memcmp(o.texts[0].data, "#!/x\nBEGIN{}", 12) == 0);
	ck_assert_str_eq(o.args[0], path);
	ck_assert_str_eq(o.args[1], "arg");
	ck_assert_int_eq(o.mode, MODE_LIST);
	ck_assert(o.verbose && o.check_only);
	options_deinit(&o);
	unlink(path);
}
END_TEST

static const struct { enum setting_id id; const char *name, *value; int result; int64_t expect; } values[] = {
	{ OPT_bufsize, "bufsize", "4k", 0, 4096 },
	{ OPT_bufsize, "bufsize", "1G", 0, 1073741824 },
	{ OPT_bufsize, "bufsize", "0x10", 0, 16 },
	{ OPT_bufsize, "bufsize", "99999999999t", -EINVAL, 0 },
	{ OPT_bufsize, "bufsize", "-1", -EINVAL, 0 },
	{ OPT_bufsize, "bufsize", "4kk", -EINVAL, 0 },
	{ OPT_bufsize, "bufsize", "", -EINVAL, 0 },
	{ OPT_switchrate, "switchrate", "10", 0, 10 },
	{ OPT_switchrate, "switchrate", "10hz", 0, 100000000 },
	{ OPT_switchrate, "switchrate", "2SEC", 0, 2000000000 },
	{ OPT_switchrate, "switchrate", "1m", 0, 60000000000 },
	{ OPT_switchrate, "switchrate", "5 parsecs", -EINVAL, 0 },
	{ OPT_quiet, "quiet", NULL, 0, 1 },
	{ OPT_quiet, "quiet", "Yes", 0, 1 },
	{ OPT_quiet, "quiet", "disable", 0, 0 },
	{ OPT_quiet, "quiet", "", 0, 0 },
	{ OPT_aggsortpos, "aggsortpos", "-3", 0, -3 },
	{ OPT_aggsortpos, "aggsortpos", "x", -EINVAL, 0 },
	{ OPT_encoding, "encoding", "utf8", 0, 1 },
	{ OPT_encoding, "encoding", "utf", -EINVAL, 0 },
	{ OPT_bufpolicy, "bufpolicy", "fill", 0, 1 },
	{ OPT_quiet, "quie", NULL, -ENOENT, 0 },
};

START_TEST(setting)
{
	struct settings s;

	settings_init(&s);
	ck_assert_int_eq(settings_set(&s, values[_i].name, values[_i].value), values[_i].result);
	if (!values[_i].result)
		ck_assert_int_eq(settings_get(&s, values[_i].id), values[_i].expect);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("options");

	tcase_add_loop_test(tc, command_lines, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(tc, script);
	tcase_add_loop_test(tc, setting, 0, sizeof(values) / sizeof(values[0]));
	return suite_run("options", tc);
}

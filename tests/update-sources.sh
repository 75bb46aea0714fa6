#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2317,SC2016 # one function per folder, called by name
# Writes the file lists in the sources.am of each folder from the tree (tracked files and new ones).
# Run it after adding, removing or renaming a file. --check changes nothing and fails if a list is old.
# What is above the marker line of a sources.am is written by hand and kept.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

marker='# ---- file lists: written by tests/update-sources.sh ----'
check=false
[ "${1-}" = --check ] && check=true
stale=0
git ls-files --error-unmatch configure.ac > /dev/null # set -e: no empty lists when git cannot say

# files DIR REGEX [NOT-REGEX]: existing files, sorted.
files() {
	git ls-files -co --exclude-standard -- "$1" | sort -u | grep -E "$2" |
		{ if [ $# -gt 2 ]; then grep -vE "$3"; else cat; fi; } |
		while read -r f; do if [ -f "$f" ]; then echo "$f"; fi; done || true
}

# list NAME: the lines of stdin as one make variable.
list() {
	awk -v name="$1" '
		{ line[NR] = $0 }
		END {
			printf "%s =", name
			for (i = 1; i <= NR; i++)
				printf " \\\n\t%s", line[i]
			print ""
		}'
}

dlang() {
	files dlang '\.[ch]$|\.def$' '\.bpf\.c$' | list libdlang_a_SOURCES
	files dlang/runtime '\.bpf\.c$' | list dlang_runtime
	files dlang/lib '\.d$' | list dlang_libraries
	files dlang 'README\.md$' | list dlang_extra
}

providers() {
	files providers '\.[ch]$|\.def$' | list libproviders_a_SOURCES
	files providers/stable '\.d$' | list providers_stable
	files providers 'README\.md$' | list providers_extra
}

proto() {
	files proto '\.[ch]$|\.def$' | list libproto_a_SOURCES
	files proto '\.proto$' | list proto_messages
	files proto '\.md$' | list proto_extra
}

daemon() {
	files daemon '\.[ch]$|\.def$' '^daemon/main\.c$' | list libdtraced_a_SOURCES
	files daemon 'README\.md$' | list daemon_extra
	if [ -f daemon/main.c ]; then
		echo 'sbin_PROGRAMS += dtraced'
		echo 'dtraced_SOURCES = daemon/main.c'
		echo 'dtraced_LDADD = $(dtraced_libs) $(dtraced_system_libs)'
	fi
}

client() {
	files client '\.[ch]$|\.def$' '^client/(agent/)?main\.c$' | list libclient_a_SOURCES
	files client 'README\.md$' | list client_extra
	if [ -f client/main.c ]; then
		echo 'bin_PROGRAMS += dtrace'
		echo 'dtrace_SOURCES = client/main.c'
		echo 'dtrace_LDADD = $(client_libs) $(client_system_libs)'
	fi
	if [ -f client/agent/main.c ]; then
		echo 'bin_PROGRAMS += dtrace-agent'
		echo 'dtrace_agent_SOURCES = client/agent/main.c'
		echo 'dtrace_agent_LDADD = $(client_libs) $(client_system_libs)'
	fi
}

tests() {
	local f support='^tests/unit/[^/]*\.c$|/support[^/]*\.c$' target
	files tests/unit '/check_[^/]*\.c$' | sed 's/\.c$//' | list tests_unit
	files tests "$support" '/check_[^/]*\.c$|\.bpf\.c$' | xargs grep -L '^#include <check\.h>' | list tests_support
	files tests "$support" '/check_[^/]*\.c$|\.bpf\.c$' | xargs grep -l '^#include <check\.h>' | list tests_check_support
	files tests '^tests/[^/]+/[^/]+\.c$' "^tests/fuzz/|$support|\.bpf\.c$" |
		sed 's/\.c$//' | list tests_triggers
	files tests '\.bpf\.c$' | list tests_bpf
	files tests '\.h$' | list tests_headers
	files tests/fuzz '^tests/fuzz/[^/]*\.c$' "$support" | list tests_fuzz_sources
	files tests/fuzz '^tests/fuzz/[^/]*\.c$' "$support" | sed 's/\.c$//' | list tests_fuzz
	files tests/fuzz '^tests/fuzz/[^/]*\.c$' "$support" | sed 's/\.c$//' | while read -r f; do
		target=${f//[^a-zA-Z0-9]/_}
		printf '%s_LDFLAGS = $(fuzz_ldflags)\n' "$target"
	done
}

for folder in dlang providers proto daemon client tests; do
	file=$folder/sources.am
	head=$(awk -v m="$marker" '$0 == m { exit } { print }' "$file")
	[ -n "$head" ] || { echo "$file: nothing above the marker line" >&2; exit 2; }
	new=$(printf '%s\n\n' "$head"; echo "$marker"; "$folder")
	[ "$new" = "$(cat "$file")" ] && continue
	if $check; then
		echo "$file:1: the file lists are old; run tests/update-sources.sh"
		stale=1
		continue
	fi
	printf '%s\n' "$new" > "$file.tmp.$$"
	mv "$file.tmp.$$" "$file"
	echo "updated $file"
done
exit $stale

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The layout rules of the tree: sizes, include directions, headers that stand alone, no globals, licence lines.
# Prints each violation as `path:line: what` and exits with 1. BUILD (default build/) gives the objects.
# shellcheck disable=SC2317,SC2016 # one function per rule, called by name
set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}

max_c=800 max_h=250 max_function=100 p95_function=45 max_includes=12
folders='dlang providers daemon proto client tests'

# An include may go to these folders only.
declare -A may_include=(
	[dlang]='dlang'
	[providers]='dlang providers'
	[proto]='proto'
	[client]='client proto'
	[daemon]='daemon providers dlang proto'
	[tests]="$folders"
)

mapfile -t tree < <(git ls-files -co --exclude-standard | sort -u |
	while read -r f; do if [ -f "$f" ]; then echo "$f"; fi; done)

# matching REGEX: the files of the tree that match.
matching() {
	printf '%s\n' "${tree[@]}" | grep -E "$1"
}

product_c='^(dlang|providers|daemon|proto|client)/.*\.c$'

rule_file_size() {
	matching '^[a-z]+/.*\.[ch]$' | xargs -r wc -l | awk -v c="$max_c" -v h="$max_h" '
		$2 == "total" { next }
		$2 ~ /\.c$/ && $1 > c { printf "%s:%d: %d lines, the limit for .c is %d\n", $2, c + 1, $1, c }
		$2 ~ /\.h$/ && $1 > h { printf "%s:%d: %d lines, the limit for .h is %d\n", $2, h + 1, $1, h }'
}

# Functions, by universal-ctags; tests are exempt.
rule_function_size() {
	if ! ctags --version 2> /dev/null | grep -q 'Universal Ctags'; then
		echo 'tests/check-layout.sh:1: universal-ctags is not installed'
		return
	fi
	matching "$product_c" | ctags -f - --kinds-C=f --fields=+ne --output-format=u-ctags -L - 2> /dev/null |
		awk -F '\t' '
			/^!/ { next }
			{
				first = last = 0
				for (i = 4; i <= NF; i++) {
					if ($i ~ /^line:/) first = substr($i, 6)
					if ($i ~ /^end:/) last = substr($i, 5)
				}
				if (last) print last - first + 1, $2, first, $1
			}' | sort -n |
		awk -v max="$max_function" -v p95="$p95_function" '
			{ size[NR] = $1; where[NR] = $2 ":" $3; name[NR] = $4 }
			END {
				for (i = 1; i <= NR; i++)
					if (size[i] > max)
						printf "%s: function %s has %d lines, the limit is %d\n", where[i], name[i], size[i], max
				at = int(NR * 0.95)
				if (at >= 1 && size[at] > p95) {
					printf "%s: function %s: the 95th percentile of all functions is %d lines, the limit is %d\n",
						where[at], name[at], size[at], p95
				}
			}'
}

rule_include_direction() {
	local folder
	for folder in $folders; do
		matching "^$folder/.*\.[ch]\$" | xargs -r grep -nE '^[ \t]*#[ \t]*include[ \t]*"' /dev/null |
			awk -F: -v folder="$folder" -v allowed=" ${may_include[$folder]} " '
				{
					split($3, part, "\"")
					slash = index(part[2], "/")
					target = substr(part[2], 1, slash - 1)
					if (!slash || target == "." || target == "..")
						printf "%s:%s: include \"%s\" as \"folder/file.h\"\n", $1, $2, part[2]
					else if (!index(allowed, " " target " "))
						printf "%s:%s: %s must not include \"%s\"\n", $1, $2, folder, part[2]
				}'
	done
	matching '^client/.*\.[ch]$' | xargs -r grep -nE '#[ \t]*include[ \t]*<bpf/' /dev/null |
		sed -E 's/^([^:]*:[0-9]+):.*/\1: the client must not use libbpf/'
}

rule_umbrella() {
	matching '^(dlang|providers|daemon|proto|client)/.*\.h$' | xargs -r awk -v max="$max_includes" '
		FNR == 1 { n = 0 }
		/^[ \t]*#[ \t]*include[ \t]*"/ && ++n == max + 1 {
			printf "%s:%d: a header with more than %d project headers is an umbrella\n", FILENAME, FNR, max
		}'
}

# Every header compiles alone. Those that need generated headers wait for a build of the sources as they are.
rule_header_alone() {
	local flags pb=
	flags=$(pkg-config --cflags libbpf libelf libevent json-c libprotobuf-c libsystemd check 2> /dev/null)
	[ "$build/proto/dtraced.pb-c.h" -nt proto/dtraced.proto ] && pb=yes
	flags="-I. ${pb:+-I$build} $flags"
	export flags pb
	matching '^[a-z]+/.*\.h$' | grep -v '\.bpf\.h$' | xargs -r -P "$(nproc)" -I{} bash -c '
		header=$1
		# shellcheck disable=SC2086
		out=$(${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wstrict-prototypes -Wno-unused-function \
			$flags -fsyntax-only -include "$header" -x c /dev/null 2>&1) && [ -z "$out" ] && exit 0
		case $out in *pb-c.h:\ No\ such\ file*) [ -n "$pb" ] || exit 0 ;; esac
		printf "%s\n" "$out" | awk -v h="$header" "/error|warning/ { sub(/^[^ ]* /, \"\"); e = \$0; exit }
			END { print h \":1: does not compile alone: \" e }"' header {}
}

# No non-const globals, seen in the built objects; the log level is the one exception.
rule_globals() {
	local library
	for library in "$build"/lib{dlang,providers,proto,dtraced,client}.a "$build"/{daemon,client}/main.o; do
		[ -f "$library" ] || continue
		objdump -t "$library" 2> /dev/null | awk -v library="$(basename "$library")" '
			/file format/ { sub(/:.*/, ""); object = $0 }
			$2 ~ /^g/ && $3 == "O" || $2 == "O" {
				section = $2 == "O" ? $3 : $4
				if (section ~ /^(\*COM\*|\.bss|\.data)/ && section !~ /^\.data\.rel\.ro/ && $NF != "log_level")
					printf "%s:1: %s has a global that is not const: %s\n", library, object, $NF
			}'
	done
}

rule_licence_line() {
	matching '\.([ch]|def|sh|proto|am|ac)$|^providers/stable/.*\.d$|^dev$|^\.ci/run$|^tests/[a-z]+/run$' |
		while read -r f; do
			head -n 3 "$f" | grep -q 'SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0' ||
				echo "$f:1: no line SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0"
		done
}

rule_source_lists() {
	tests/update-sources.sh --check
}

rule_readme() {
	matching '^[a-z]+/README\.md$' | xargs -r wc -l |
		awk '$2 != "total" && $1 > 60 { printf "%s:61: %d lines, the limit is 60\n", $2, $1 }'
}

violations=$(
	for rule in file_size function_size include_direction umbrella header_alone globals licence_line \
		source_lists readme; do
		"rule_$rule"
	done
)
[ -z "$violations" ] && exit 0
printf '%s\n' "$violations"
exit 1

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2317,SC2016 # $top, $build and make_tree are ./dev's; suites are called by name
# Sourced by ./dev: the suites of ./dev test. A suite is a function suite_NAME here, or a script
# tests/NAME/run; it prints lines `ok NAME`, `not ok NAME` and `skip NAME reason`, which are counted.

# case_result NAME COMMAND...: one case, with the output shown if it fails.
case_result() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok $name"
	else
		printf '%s\n' "$out" | head -n 200
		echo "not ok $name"
	fi
}

# Every script of the tree, whatever its name.
lint_scripts() (
	cd "$top" || exit
	git ls-files -co --exclude-standard | while read -r f; do
		if [ -f "$f" ] && head -c 64 "$f" | head -n 1 | grep -qaE '^#!.*\b(ba)?sh\b'; then echo "$f"; fi
	done | xargs -r shellcheck -x tests/lib.sh
)
suite_layout() {
	case_result layout env BUILD="$build" "$top/tests/check-layout.sh"
	case_result shellcheck lint_scripts
}
suite_gcc() { case_result "gcc -Werror" make_tree "$build" 'all tests-programs' --enable-werror CC=gcc; }
suite_clang() { case_result "clang -Werror" make_tree "$top/build-clang" 'all tests-programs' --enable-werror CC=clang; }

# check_programs DIR [NAME...]: the Check programs there; each of their cases is counted, by Check's TAP log.
check_programs() {
	local dir=$1 source program name tap out status
	shift
	[ $# -gt 0 ] || for source in "$top"/tests/unit/check_*.c; do
		set -- "$@" "$(basename "$source" .c)"
	done
	tap=$(mktemp)
	out=$(mktemp)
	for name; do
		program=$dir/tests/unit/$name
		: > "$tap"
		(cd "$top" && CK_TAP_LOG_FILE_NAME=$tap timeout $((300 * ${DTRACED_TIME_FACTOR:-1})) "$program") > "$out" 2>&1
		status=$?
		sed -nE "s|^(not )?ok [0-9]+ - [^:]*:([^:]*):([^:]*):.*|\1ok $name/\2/\3|p" "$tap"
		if [ $status = 77 ]; then
			echo "skip $name $(tail -n 1 "$out")"
		elif [ $status != 0 ]; then
			sed 's/^/# /' "$out" | tail -n 100
			grep -q '^not ok' "$tap" || echo "not ok $name (exit status $status)"
		elif ! grep -q '^ok' "$tap"; then
			echo "not ok $name (it ran no test)"
		fi
	done
	rm -f "$tap" "$out"
}

suite_unit() { check_programs "$build"; }

suite_sanitize() {
	case_result "sanitizer build" make_tree "$top/build-asan" 'all tests-programs' --enable-werror \
		--enable-sanitizers CC=gcc
	ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 check_programs "$top/build-asan"
}

# fuzz_one fuzz_NAME SECONDS: from the seeds in tests/fuzz/corpus/NAME, where there are some.
fuzz_one() {
	local name=$1 dir=$top/build-fuzz log seeds=() program=$top/build-fuzz/tests/fuzz/$1
	log=$dir/$name.log
	mkdir -p "$dir/corpus/$name" "$dir/crashes"
	[ -d "$top/tests/fuzz/corpus/${name#fuzz_}" ] && seeds=("$top/tests/fuzz/corpus/${name#fuzz_}")
	if timeout $(($2 + 120)) "$program" -max_total_time="$2" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
		-artifact_prefix="$dir/crashes/$name-" "$dir/corpus/$name" ${seeds[0]+"${seeds[@]}"} > "$log" 2>&1; then
		echo "ok fuzz/$name # $(sed -n 's/.*number_of_executed_units: *//p' "$log") runs"
	else
		tail -n 60 "$log" | sed 's/^/# /'
		echo "not ok fuzz/$name"
	fi
}

suite_fuzz() {
	local source names=("$@")
	if [ $# = 0 ]; then
		for source in "$top"/tests/fuzz/*.c; do
			case ${source##*/} in '*.c' | support*) ;; *) names+=("$(basename "$source" .c)") ;; esac
		done
	fi
	[ ${#names[@]} -gt 0 ] || return 0
	case_result "fuzz build" make_tree "$top/build-fuzz" all --enable-werror --enable-fuzzers CC=clang
	export top
	export -f fuzz_one
	printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz_one "$1" "$2"' fuzz {} "$fuzz_seconds"
}

# Order of a full run: cheap first. Any other tests/NAME/run comes after kernel; vm is ./dev test-vm.
suite_names() {
	local run name known=' layout gcc clang unit golden d session kernel sanitize fuzz bench vm '
	printf '%s\n' layout gcc clang unit
	for name in golden d session kernel; do
		if [ -x "$top/tests/$name/run" ]; then echo "$name"; fi
	done
	for run in "$top"/tests/*/run; do
		name=$(basename "$(dirname "$run")")
		if [ -x "$run" ] && [[ $known != *" $name "* ]]; then echo "$name"; fi
	done
	printf '%s\n' sanitize fuzz
}

# run_suite NAME: its log goes to build/test-logs/NAME; what failed is shown. Adds to the counts.
run_suite() {
	local name=$1 log=$build/test-logs/$1 start=$SECONDS status=0 p f s root=()
	if [ "$(id -u)" != 0 ] && sudo -n true 2> /dev/null; then root=(sudo -n); fi
	if declare -F "suite_$name" > /dev/null; then
		"suite_$name" > "$log" 2>&1 < /dev/null || status=$?
	elif [ -x "$top/tests/$name/run" ]; then
		${root[0]+"${root[@]}"} env DTRACED_BUILD="$build" timeout 900 "$top/tests/$name/run" > "$log" 2>&1 < /dev/null || status=$?
	else
		die "no suite $name; there are: $(suite_names | tr "\n" " ")"
	fi
	if [ $status != 0 ] && ! grep -q '^not ok' "$log"; then
		echo "not ok $name (exit status $status)" >> "$log"
	fi
	p=$(grep -c '^ok ' "$log")
	f=$(grep -c '^not ok ' "$log")
	s=$(grep -c '^skip ' "$log")
	if [ "$f" != 0 ]; then
		grep -vE '^(ok|skip) ' "$log" | tail -n 100 | sed 's/^/    /'
	fi
	grep '^skip ' "$log" | head -n 20 | sed 's/^/    /'
	printf '%-10s %5d passed, %d failed, %d skipped  (%d s)\n' "$name" "$p" "$f" "$s" $((SECONDS - start))
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

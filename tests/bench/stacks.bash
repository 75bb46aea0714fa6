# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of run
# Sourced by run: user stacks on a load of many kinds (mixed/run), and naming many of them.

# Those of the load, as the kernel names them.
mixed_names='python3|node|perl|exceptions|cc1|clang|as|gcc|run|ls|sed|sort|grep|tr|true'

# Of perf script's frames, the functions that nothing called.
outermost='_start|__libc_start_main.*|__libc_start_call_main|clone3?|__clone3?|start_thread|_dl_start_user|_dl_start|execve|node::.*Start.*'

# whole_stacks FILE: of an aggregation by name and user stack. Lines "NAME SAMPLES COMPLETE% GUESSED%", the last of all.
whole_stacks() {
	awk -v names="^($mixed_names)\$" '
		/^  [^ ]/ { name = $1; cut = guessed = 0 }
		/^ +\.\.\.$/ { cut = 1 }
		/ \?$/ { guessed = 1 }
		/^ +[0-9]+$/ && name ~ names {
			n[name] += $1; all += $1
			if (!cut) { whole[name] += $1; wholes += $1 }
			if (guessed) { guess[name] += $1; guesses += $1 }
		}
		END {
			for (name in n)
				printf "%s %d %.1f %.1f\n", name, n[name], 100 * whole[name] / n[name], 100 * guess[name] / n[name]
			if (all)
				printf "all %d %.2f %.1f\n", all, 100 * wholes / all, 100 * guesses / all
		}' "$1" | sort -k1,1
}

# The same of perf script: a stack is whole if its last function is one that nothing called.
whole_perf_stacks() {
	awk -v names="^($mixed_names)\$" -v outermost="^($outermost)\$" '
		function done() {
			if (name ~ names && depth) {
				n[name]++; all++
				if (last ~ outermost) { whole[name]++; wholes++ }
			}
			depth = 0
		}
		/^[^ \t]/ { done(); name = $1; next }
		NF > 1 { last = $2; sub(/\+0x.*/, "", last); depth++ }
		END {
			done()
			for (name in n)
				printf "%s %d %.1f -\n", name, n[name], 100 * whole[name] / n[name]
			if (all)
				printf "all %d %.2f -\n", all, 100 * wholes / all
		}' "$1" | sort -k1,1
}

# "name complete%, ..." of those with 20 samples and more.
each_program() {
	awk '$1 != "all" && $2 >= 20 { printf "%s%s %s", sep, $1, $3; sep = ", " }' "$1"
}

# Run time of all programs that a process holds, in ns, by the kernel's own account.
programs_ns() {
	cat "/proc/$1/fdinfo/"* 2> /dev/null | awk '/^prog_id/ { id = $2 } /^run_time_ns/ { ns[id] = $2 } /^run_cnt/ { n[id] = $2 }
		END { for (id in ns) { sum += ns[id]; runs += n[id] } printf "%d %d", sum, runs }'
}

# mixed_run PROGRAM: for five seconds; its output in $T/mixed.out, and "NS RUNS US" of its programs and of the time.
mixed_run() {
	local client start used
	: > "$T/mixed.out"
	"$build/dtrace" -q -x noresolve -x aggsize=64m -n "BEGIN { printf(\"ready\\n\"); } $1" > "$T/mixed.out" 2> "$T/mixed.err" &
	client=$!
	wait_for 30 grep -q ready "$T/mixed.out"
	start=${EPOCHREALTIME/[.,]/}
	sleep 5
	used=$(programs_ns "$daemon_pid")
	echo "$used $((${EPOCHREALTIME/[.,]/} - start))"
	kill -INT "$client"
	wait "$client"
}

mixed_by_dtrace() {
	local ns runs us
	read -r ns runs us <<< "$(mixed_run 'profile-997 { @[ustack()] = count(); }')"
	row 'mixed load, profile-997 { @[ustack()] = count(); }: % of each CPU' '<= 1' \
		"$(calc "$ns / $us / 10 / $(nproc)" %.2f) ($(calc "$ns / ($runs + 0.001)" %.0f) ns a sample)"
	mixed_run 'profile-997 { @[execname, ustack(126)] = count(); }' > /dev/null
	whole_stacks "$T/mixed.out" > "$T/mixed.whole"
	row '  user stacks that are complete, %' '>= 99' "$(awk '$1 == "all" { print $3 }' "$T/mixed.whole") (of $(awk \
		'$1 == "all" { print $2 ", " $4 }' "$T/mixed.whole") % with guesses; $(each_program "$T/mixed.whole"))"
}

mixed_by_perf() {
	local used samples
	used=$( { TIMEFORMAT='%U %S'; time perf record -q -F 997 -a --call-graph dwarf -o "$T/perf.data" -- sleep 3 > /dev/null 2>&1; } 2>&1)
	row '  perf record --call-graph dwarf: CPU time of perf alone, % of each CPU' '' \
		"$(calc "(${used/ /+}) / 3 * 100 / $(nproc)" %.1f) ($(calc "$(stat -c %s "$T/perf.data") / 3000000" %.0f) MB/s to disk)"
	used=$( { TIMEFORMAT='%U %S'; time timeout 240 perf script --no-inline -F comm,ip,sym -i "$T/perf.data" > "$T/perf.out" 2> /dev/null; } 2>&1)
	whole_perf_stacks "$T/perf.out" > "$T/perf.whole"
	samples=$(grep -c '^[^ 	]' "$T/perf.out")
	row '    user stacks that are complete, %; CPU to unwind and name one, us' '' \
		"$(awk '$1 == "all" { print $3 }' "$T/perf.whole") ($(each_program "$T/perf.whole")); $(calc "(${used/ /+}) * 1000000 / ($samples + 0.001)" %.0f)"
}

# The same load under both.
stack_mixed() {
	local load old seconds=25
	mkdir -p "$T/load"
	have perf && seconds=40
	"$top/tests/bench/mixed/run" "$T/load" "$seconds" > "$T/load.out" 2>&1 &
	load=$!
	wait_for 60 grep -q ready "$T/load.out"
	old=$(cat /proc/sys/kernel/bpf_stats_enabled)
	echo 1 > /proc/sys/kernel/bpf_stats_enabled
	sleep 2 # what starts over and over has been seen once
	mixed_by_dtrace
	echo "$old" > /proc/sys/kernel/bpf_stats_enabled
	have perf && mixed_by_perf
	pkill -TERM -P "$load"
	kill -TERM "$load" 2> /dev/null
	wait "$load" 2> /dev/null
}

# 10,000 functions, each of which calls getppid() once, by way of one of a hundred.
many_functions() {
	awk 'BEGIN {
		print "#include <unistd.h>\nstatic volatile int sum;"
		for (i = 0; i < 10000; i++)
			printf "static __attribute__((noinline)) void leaf_number_%d(void) { sum += getppid() + %d; sum++; }\n", i, i
		for (i = 0; i < 100; i++) {
			printf "static __attribute__((noinline)) void branch_number_%d(void) {\n", i
			for (k = 0; k < 100; k++)
				printf "leaf_number_%d();\n", i * 100 + k
			print "sum++; }"
		}
		print "int main(void) {"
		for (i = 0; i < 100; i++)
			printf "branch_number_%d();\n", i
		print "return sum == 0; }"
	}'
}

# names_run DTRACE-ARGUMENT...: ms from SIGINT to the client's end, with 10,000 stacks to print.
names_run() {
	local client start
	: > "$T/names.out"
	"$build/dtrace" -q -x aggsize=64m "$@" -n 'BEGIN { printf("ready\n"); }
		syscall::getppid:entry /execname == "names"/ { @[ustack()] = count(); }' > "$T/names.out" 2> "$T/names.err" &
	client=$!
	wait_for 30 grep -q ready "$T/names.out"
	"$T/names"
	sleep 0.3
	start=${EPOCHREALTIME/[.,]/}
	kill -INT "$client"
	wait "$client"
	calc "(${EPOCHREALTIME/[.,]/} - $start) / 1000" %.0f
}

median() {
	tr ' ' '\n' <<< "$1" | grep . | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

stack_names() {
	local i with='' without='' cold stacks named
	many_functions > "$T/names.c"
	gcc -O1 -o "$T/names" "$T/names.c" 2> /dev/null || return
	cold=$(names_run)
	stacks=$(grep -cx ' *1' "$T/names.out")
	named=$(grep -c 'leaf_number' "$T/names.out")
	for ((i = 0; i < rounds; i++)); do
		without+=" $(names_run -x noresolve)"
		with+=" $(names_run)"
	done
	row "naming $stacks stacks of $named functions: ms that it adds to the end" '<= 1000' \
		"$(calc "$(median "$with") - $(median "$without")" %.0f) ($(median "$with") against $(median "$without"); the first time $cold in all)"
}

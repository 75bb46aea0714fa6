# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# awk [-v ring=1] -f stress.awk EXPECTED OUT ERR: what the trigger made, what stress.d (or stress_drops.d) printed
# and what dtrace said on stderr; with ring=1 older records are overwritten. Prints a
# line per total that is wrong; the status is 1 then.

function wrong(text) {
	print text
	failed = 1
}

function equal(what, got, want) {
	if (got != want)
		wrong(what ": " got + 0 ", not " want + 0)
}

FILENAME != file { file = FILENAME; part++ }

part == 1 && $1 == "key" { calls[$2] = $3; weight[$2] = $4 }
part == 1 && $1 == "total" { total = $2 }

# "dtrace: 12 drops on CPU 0", "dtrace: 3 aggregation drops on CPU 1", and others.
part == 3 && $3 ~ /^drops?$/ { record_drops += $2; next }
part == 3 && $3 == "aggregation" && $4 ~ /^drops?$/ { table_drops += $2; next }
part == 3 && $2 ~ /^[0-9]+$/ && !/matched [0-9]+ probes?/ { lost += $2; said = said "\n\t" $0; next }
part == 3 && !/matched [0-9]+ probes?/ { wrong("stderr: " $0) }

part != 2 { next }
$1 == "E" || $1 == "R" || $1 == "P" { records[$1]++ }
$1 == "E" && NF == 3 && $3 != $2 * 1000003 + 17 { wrong("a torn record: " $0) }
$1 == "global" { global[$2] = $3 }
$1 == "agg" { agg[$2] = $3 }
$1 == "weights" { weights = $2 }
$1 == "key" || $1 == "narrow" || $1 == "text" { n[$1, $2] += $3; sum[$1] += $3 }
$1 == "key_sum" { key_sum[$2] += $3 }
$1 == "wide" { wide[$2] += $5; if ($4 != weight[$2]) wrong("a key of another event: " $0) }
$1 == "text_sum" { text_sum[$4] += $5; if ($3 != sprintf("0x%x", $4)) wrong("a key of another event: " $0) }
$1 == "by_name" { sum[$1] += $4; if ($2 != "getppid" || $3 != "return") wrong("a key of another event: " $0) }
$1 == "shared" { shared[$2] += $3; sum[$1] += $3 }
$1 == "shared_sum" { shared_sum[$2] += $3 }
$1 ~ /^(tick_name|switch_name|timer_name|many)$/ { sum[$1] += $NF }

function check_globals(name) {
	for (name in global) {
		if (name in agg)
			equal("@" name, agg[name], global[name])
	}
	equal("calls seen, and lost", global["entries"] + lost, total)
	if ("returns" in global)
		equal("returns seen", global["returns"], total)
}

function check_keys(key, made) {
	for (key in calls) {
		made += calls[key] * weight[key]
		equal("@key[" key "]", n["key", key], calls[key])
		equal("@narrow[" key "]", n["narrow", key], calls[key])
		equal("@text[" key "]", n["text", key], calls[key])
		equal("@key_sum[" key "]", key_sum[key], calls[key] * weight[key])
		equal("@wide[" key "]", wide[key], calls[key] * weight[key])
		equal("@text_sum[" key "]", text_sum[key], calls[key] * weight[key])
	}
	equal("@weights", weights, made)
}

# Updates from all hooks meet here; a count that went to another key shows in the sums.
function check_shared(key, firings) {
	for (key in global)
		firings += global[key]
	equal("all of @shared", sum["shared"], firings)
	for (key in shared)
		equal("@shared_sum[" key "]", shared_sum[key], shared[key] * (key + 100))
	equal("all of @by_name", sum["by_name"], global["returns"])
	equal("all of @tick_name", sum["tick_name"], global["ticks"])
	equal("all of @switch_name", sum["switch_name"], global["switches"])
	equal("all of @timer_name", sum["timer_name"], global["timers"])
}

END {
	check_globals()
	if (!ring)
		equal("records and drops", records["E"] + records["R"] + records["P"] + record_drops,
			global["entries"] + global["returns"] + global["ticks"])
	else if (records["E"] < 1000)
		wrong("hardly any records: " records["E"] + 0)
	if ("many" in sum) {
		equal("all of @many, and aggregation drops", sum["many"] + table_drops, global["entries"])
		if (!table_drops)
			wrong("no aggregation drops: the test has to make some")
	} else {
		equal("aggregation drops", table_drops, 0)
		check_keys()
		check_shared()
	}
	printf "%d calls, %d ticks, %d switches, %d timers; %d records, %d record drops, %d aggregation drops, %d lost%s\n",
		total, global["ticks"], global["switches"], global["timers"],
		records["E"] + records["R"] + records["P"], record_drops, table_drops, lost, said
	exit failed
}

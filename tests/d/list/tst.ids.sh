# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Ids are unique, and an id finds its probe.
dtrace -l > "$T/all"
awk 'NR > 1 { print $1 }' "$T/all" | sort | uniq -d | wc -l
awk 'NR > 1 && NR % 97 == 3' "$T/all" > "$T/some"
while read -r id prov rest; do
	dtrace -l -i "$id" | awk 'NR > 1' > "$T/one"
	read -r id2 prov2 rest2 < "$T/one"
	[ "$id $prov $rest" = "$id2 $prov2 $rest2" ] || echo "differs: $id $prov $rest: $id2 $prov2 $rest2"
done < "$T/some"
dtrace -l -i 99999999 2>&1 | grep -v FUNCTION

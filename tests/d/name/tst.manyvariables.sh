# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# D_ID_OFLOW: more variables of one kind than there are numbers (§5.6: 65535 - 0x500); that many are none too many.
declare_variables() {
	seq -f 'int v%.0f;' "$1"
	echo 'BEGIN { v1 = 7; printf("%d %d\n", v1, v'"$1"'); exit(0); }'
}
declare_variables 64256 > "$T/many.d"
dtrace -qs "$T/many.d" -x errtags 2>&1 | grep -oE '\[D_[A-Z_]*\]'
declare_variables 64255 > "$T/most.d"
dtrace -qs "$T/most.d" -x errtags 2>&1

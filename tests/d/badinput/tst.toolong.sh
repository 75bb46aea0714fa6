# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# More code on one probe than a jump of BPF can pass.
{
	echo 'BEGIN {'
	for i in $(seq 5000); do echo "x$i = \"text $i\";"; done
	echo '}'
} > "$T/long.d"
dtrace -es "$T/long.d" 2>&1 | sed 's/.*line [0-9]*: //; /^ /d'
echo "${PIPESTATUS[0]}"

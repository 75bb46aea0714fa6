# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# -o appends; nothing of the program goes to stdout.
echo before > "$T/file"
dtrace -q -o "$T/file" -n 'BEGIN { printf("text\n"); exit(0); }'
cat "$T/file"
dtrace -o "$T/other" -n 'BEGIN { trace(5); exit(0); }' 2> "$T/err"
sed -E 's/^ +[0-9]+/C/' "$T/other"

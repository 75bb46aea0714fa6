# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# ftruncate() empties the output file.
set -u
"$build/dtrace" -qo "$T/o" -n 'BEGIN { printf("first\n"); ftruncate(); printf("second\n"); exit(0); }'
cat "$T/o"

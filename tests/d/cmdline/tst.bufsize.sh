# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# -b is bufsize.
dtrace -b 64k -qn 'BEGIN { printf("ok\n"); exit(0); }'
dtrace -b nonsense -qn 'BEGIN { exit(0); }' 2>&1
echo "$?"

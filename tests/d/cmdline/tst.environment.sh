# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# DTRACE_OPT_NAME presets options; the command line wins.
set -u
DTRACE_OPT_QUIET=1 DTRACE_OPT_STRSIZE=32 "$build/dtrace" -n 'BEGIN { trace(sizeof (string)); exit(0); }'
DTRACE_OPT_QUIET=1 DTRACE_OPT_STRSIZE=32 "$build/dtrace" -xstrsize=64 -n 'BEGIN { trace(sizeof (string)); exit(0); }'
DTRACE_OPT_BUFSIZE=x "$build/dtrace" -n 'BEGIN { exit(0); }' 2>&1
echo "$?"

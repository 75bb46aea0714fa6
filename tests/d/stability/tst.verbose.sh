# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016
# -v: the least attributes of the descriptions and of the statements of each program, in this form.
dtrace -ve -n BEGIN 2> "$T/err" | cat -A | head -14
summary() {
	dtrace -ve "$@" 2> "$T/err" | awk '
		/^Stability/ { if (line) print line; line = "" }
		/^   ID / { exit }
		/Minimum/ { line = line (line ? " " : "") $2 ":" }
		/^\t\t/ { line = line "/" $NF }
		END { print line }'
	grep -v matched "$T/err" || true
}
summary -n 'BEGIN { x = 1; @a[execname] = count(); printf("%d", x); }'
summary -n 'BEGIN { trace(curthread); }' -n 'BEGIN { trace(curthread->pid); }'
summary -n 'BEGIN { trace(&`vfs_read); }'
summary -n 'BEGIN { self->t = curthread; }
	END { trace(self->t); }'
summary -n 'END /curthread/ { }'
summary -n '#pragma D attributes Obsolete/External/CPU x
	int x; BEGIN { trace(x); }'

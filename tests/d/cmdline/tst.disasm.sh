# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -S prints the program as BPF.
"$build/dtrace" -Sen 'BEGIN { x = 1; }' 2>&1 | grep -c '^program\|) exit' 

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -L reads the *.d files of a directory.
set -u
mkdir "$T/lib"
echo 'inline int lib_x = 99;' > "$T/lib/x.d"
echo 'inline int lib_y = lib_x + 1;' > "$T/lib/y.d"
echo 'nonsense' > "$T/lib/y.txt"
"$build/dtrace" -L "$T/lib" -qn 'BEGIN { printf("%d\n", lib_x); exit(0); }'
"$build/dtrace" -L /nonexistent -qn 'BEGIN { exit(0); }' 2>&1
echo "$?"

# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -C with -D, -U, -I and -X; positions and the first line survive; a failure of the preprocessor is told.
set -u
mkdir "$T/inc"
echo '#define FOO 42' > "$T/inc/foo.h"
cat > "$T/c.d" <<'X'
#!/usr/sbin/dtrace -Cs
#include <foo.h>
#pragma D option quiet
#ifdef GONE
BEGIN { printf("no\n"); }
#endif
BEGIN { printf("%d %d %d\n", FOO, BAR, __SUNW_D); exit(0); }
X
"$build/dtrace" -C -I "$T/inc" -DBAR=7 -DGONE -UGONE -s "$T/c.d"
"$build/dtrace" -xcpp -xincdir="$T/inc" -xdefine=BAR=8 -xcpppath=/usr/bin/cpp -s "$T/c.d"
"$build/dtrace" -C -s "$T/c.d" 2>&1 | grep '^dtrace' | sed "s,$T/,,"
printf 'BEGIN { exit(0); }\n\nBEGIN { oops; }\n' > "$T/e.d"
"$build/dtrace" -C -s "$T/e.d" 2>&1 | sed -n "s,$T/,,g; 1p"

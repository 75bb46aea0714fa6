# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -C: scripts include the system's headers for their types and constants. What else is there does no
# harm: function bodies, prototypes of what D has under the same name, other typedefs of names of D.
set -u
cat > "$T/inc.d" <<'X2'
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <unistd.h>
#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <sys/wait.h>
#include <sys/resource.h>
#include <linux/types.h>
#pragma D option quiet
BEGIN
{
	this->sa = (struct sockaddr_in *)alloca(sizeof (struct sockaddr_in));
	this->sa->sin_family = AF_INET;
	this->sa->sin_port = htons(80);
	printf("%d %d %d\n", sizeof (struct sockaddr_in), this->sa->sin_family, ntohs(this->sa->sin_port));
	printf("%d %d\n", sizeof (struct stat), offsetof(struct stat, st_size));
	printf("%d %d %d %d\n", SIGKILL, ENOENT, S_IFDIR, IPPROTO_TCP);
	printf("%d %s %s\n", errno == 0, strchr("a=b", '='), toupper("abc"));
	printf("%d\n", sizeof (struct rusage));
	exit(0);
}
sysinfo:unix:idle_enter:idlethread { }
X2
"$build/dtrace" -Cs "$T/inc.d" 2>&1 | grep .
# As strict as ever in the script's own headers.
mkdir "$T/own"
echo 'static inline int f(int x) { return x; }' > "$T/own/own.h"
printf '#include "own.h"\nBEGIN { exit(0); }\n' > "$T/own/own.d"
"$build/dtrace" -xerrtags -Cs "$T/own/own.d" 2>&1 | sed -n "s,$T/,,g; 1p"

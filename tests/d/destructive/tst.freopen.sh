# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# freopen() moves the output of dtrace and of its commands; "" moves it back.
set -u
"$build/dtrace" -wqn 'BEGIN { printf("first\n"); freopen("%s/f.%d", $$1, 1); printf("in file\n"); system("echo command"); freopen(""); printf("back\n"); exit(0); }' "$T"
echo "status $?"
sed 's/^/file: /' "$T/f.1"

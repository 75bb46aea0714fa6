# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# A script is a program: operands, $0, options after the name.
cat > "$T/script.d" << 'END_OF_SCRIPT'
#!/usr/sbin/dtrace -qs
#pragma D option quiet
BEGIN
{
	printf("%d %s %s\n", $1, $$2, $$1);
	printf("%d\n", $1 + $3);
	exit(0);
}
END_OF_SCRIPT
dtrace -s "$T/script.d" 5 word 7
dtrace -qs "$T/script.d" -x argref 5 word 7 unused
sed -i "1s,.*,#!$(command -v dtrace) -s," "$T/script.d"
chmod +x "$T/script.d"
"$T/script.d" 0x10 "two words" -- -3

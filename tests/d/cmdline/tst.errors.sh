# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Several errors in one run, each with its place: file, line, the line itself and a caret; a near name is suggested.
cat > "$T/e.d" << 'END_OF_SCRIPT'
BEGIN
{
	trace(execnam);
	trace(1 + "a" * 2);
	strlne("x");
}
END_OF_SCRIPT
cd "$T" || exit
dtrace -xerrtags -s e.d 2>&1
echo "$?"

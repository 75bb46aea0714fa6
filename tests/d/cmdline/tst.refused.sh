# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# What cannot be here says why.
for letter in a A B; do
	"$build/dtrace" -$letter -n BEGIN 2>&1
	echo "$?"
done
"$build/dtrace" -32 -n BEGIN 2>&1
"$build/dtrace" -64 -qn 'BEGIN { exit(0); }' 2>&1

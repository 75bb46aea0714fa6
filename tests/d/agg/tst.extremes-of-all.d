/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#pragma D option quiet
BEGIN {
	@a = max(-9223372036854775807 - 1);
	@b = min(9223372036854775807);
	@c[1] = lquantize(3, 0, 1000, 1);
	@d = lquantize(5, 0, 65535, 1);
	exit(0);
}
END { printa("%@d\n", @a); printa("%@d\n", @b); clear(@c); clear(@d); trunc(@c); trunc(@d); }

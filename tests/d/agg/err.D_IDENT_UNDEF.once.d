/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* The aggregation is known though its argument is not: one error. */
BEGIN
{
	@a[1] = min(nosuchname);
	clear(@a);
}

END
{
	printa(@a);
}

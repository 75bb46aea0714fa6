#pragma D option quiet

/* §9.2, §10: several aggregations: keys once, then the values; a key that one of them lacks counts 0 there. */
BEGIN
{
	@a[1] = sum(10);
	@b[1] = sum(11);
	@a[2] = sum(20);
	@b[3] = sum(31);
	printa(@a, @b);
	printa("%d: %@d %@d\n", @a, @b);
	exit(0);
}

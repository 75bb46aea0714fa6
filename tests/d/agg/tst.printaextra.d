#pragma D option quiet

/* §10: each %@ is the next aggregation; those that are too many repeat the last. */
BEGIN
{
	@a[7] = count();
	@b[7] = sum(50);
	printa("%d: %@d %@d %@d %@x\n", @a, @b);
	printa("%@d %@5d|\n", @b);
	exit(0);
}

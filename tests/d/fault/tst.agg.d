#pragma D option quiet

/* A fault on the way to an aggregation leaves it alone; what was aggregated before in the clause stays. */
int zero;
BEGIN
{
	@a = sum(1);
	@b[1 / zero] = sum(1);
	@a = sum(10);
}
BEGIN
{
	@a = sum(100 / zero);
}
BEGIN
{
	exit(0);
}
END
{
	printa("a %@d\n", @a);
	printa("b %@d\n", @b);
}

#pragma D option quiet

/* §9.2: what printa() has printed is not printed again at the end. */
BEGIN
{
	@a = sum(1);
	@b = sum(2);
	@c = sum(3);
	printa("%@d\n", @b);
	exit(0);
}

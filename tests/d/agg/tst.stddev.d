#pragma D option quiet

/* 128-bit squares: values of 10^12 do not overflow. */
BEGIN
{
	@a = stddev(5);
	@b = stddev(1); @b = stddev(3); @b = stddev(5);
	@c = stddev(1000000000000); @c = stddev(3000000000000);
	@d = stddev(-10); @d = stddev(10);
	printa("%@d\n", @a);
	printa("%@d\n", @b);
	printa("%@d\n", @c);
	printa("%@d\n", @d);
	exit(0);
}

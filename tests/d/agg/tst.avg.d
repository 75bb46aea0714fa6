#pragma D option quiet

/* Truncated toward zero. */
BEGIN
{
	@["a"] = avg(1); @["a"] = avg(2);
	@["b"] = avg(-1); @["b"] = avg(-2);
	@["c"] = avg(10); @["c"] = avg(10); @["c"] = avg(11);
	@["d"] = avg(0);
	printa("%s %@d\n", @);
	exit(0);
}

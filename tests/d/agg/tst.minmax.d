#pragma D option quiet

/* Signed extremes, the first value whatever it is. */
int64_t least;
BEGIN
{
	@n["high"] = min(1000);
	@x["low"] = max(-1000);
	@n["low"] = min(5);
	@n["low"] = min(-5);
	@x["high"] = max(-5);
	@x["high"] = max(5);
	@n["extreme"] = min(-9223372036854775807);
	@x["extreme"] = max(9223372036854775807);
	printa("%s %@d\n", @n);
	printa("%s %@d\n", @x);
	exit(0);
}

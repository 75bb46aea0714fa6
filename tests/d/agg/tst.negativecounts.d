#pragma D option quiet

/* §9.1: only negative counts grow to the left from the bar at the right end. */
BEGIN
{
	@ = quantize(4, -3);
	@ = quantize(100, -1);
	@l = lquantize(3, 0, 10, 1, -7);
	@ll = llquantize(30, 10, 0, 2, 10, -2);
	exit(0);
}

#pragma D option quiet

/* More steps than the factor: the lower orders have fewer, one wide each. */
BEGIN
{
	@a = llquantize(8, 2, 0, 6, 8);
	@a = llquantize(15, 2, 0, 6, 8);
	@a = llquantize(20, 2, 0, 6, 8);
	@a = llquantize(127, 2, 0, 6, 8);
	@b = llquantize(150, 10, 1, 2, 20, 4);
	@b = llquantize(155, 10, 1, 2, 20, 2);
	@b = llquantize(5, 10, 1, 2, 20);
	exit(0);
}

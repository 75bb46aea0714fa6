#pragma D option quiet

/* The step is 1 unless given; the last bucket may be narrower than the rest: >= begins at base + n * step. */
BEGIN
{
	@a = lquantize(3, 1, 5);
	@a = lquantize(1, 1, 5);
	@b = lquantize(10, 0, 25, 10);
	@b = lquantize(19, 0, 25, 10);
	@b = lquantize(20, 0, 25, 10);
	@c = lquantize(-5, -10, 10, 5);
	@c = lquantize(-6, -10, 10, 5);
	@c = lquantize(-11, -10, 10, 5);
	@c = lquantize(9, -10, 10, 5);
	exit(0);
}

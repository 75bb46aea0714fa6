#pragma D option quiet

/* §9.1: counts of both signs share the bar, 20 columns for each; zero rows are blank on both sides. */
BEGIN
{
	@["mixed"] = lquantize(15, 0, 50, 10, 4);
	@["mixed"] = lquantize(25, 0, 50, 10, -3);
	@["mixed"] = lquantize(45, 0, 50, 10, 1);
	@["mixed"] = lquantize(-1, 0, 50, 10, -1);
	@["mixed"] = lquantize(99, 0, 50, 10, 3);
	exit(0);
}

/* The step is a constant above 0. */
BEGIN
{
	@a = lquantize(1, 0, 10, 0);
}

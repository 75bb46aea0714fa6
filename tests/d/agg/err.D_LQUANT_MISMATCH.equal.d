BEGIN
{
	@a = lquantize(1, 5, 5);
}

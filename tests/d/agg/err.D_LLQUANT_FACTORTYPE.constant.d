BEGIN
{
	@a = llquantize(1, "a", 0, 3, 10);
}

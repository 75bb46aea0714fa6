BEGIN
{
	@a = llquantize(1, 10, 0, "a", 10);
}

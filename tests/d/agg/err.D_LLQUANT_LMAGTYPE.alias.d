BEGIN
{
	@a = llquantize(1, 10, "a", 3, 10);
}

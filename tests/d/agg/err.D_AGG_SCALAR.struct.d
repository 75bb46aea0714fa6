BEGIN
{
	@a = quantize(curthread->se);
}

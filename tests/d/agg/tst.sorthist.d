#pragma D option quiet

BEGIN
{
	@["three of 4"] = quantize(4);
	@["three of 4"] = quantize(4);
	@["three of 4"] = quantize(4);
	@["one of 8"] = quantize(8);
	@["two of 8"] = quantize(8);
	@["two of 8"] = quantize(8);
	exit(0);
}

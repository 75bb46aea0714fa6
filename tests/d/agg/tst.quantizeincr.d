#pragma D option quiet

/* §9: the second argument is what the bucket grows by; with both signs the bars go both ways. */
BEGIN
{
	@a = quantize(10, 5);
	@a = quantize(100, 15);
	@a = quantize(0, 20);
	@b = quantize(10, 5);
	@b = quantize(100, -15);
	@b = quantize(20, 7);
	@c = quantize(5, -3);
	@c = quantize(6, -4);
	exit(0);
}

#pragma D option quiet
#pragma D option aggpack

/* §9.1: a line per key: the range, a glyph of __xxxxXX (vvvvvvVV for negative ones) per bucket, the total. An eighth of the total is a step. */
BEGIN
{
	@q["a"] = quantize(1);
	@q["a"] = quantize(2, 2);
	@q["a"] = quantize(8);
	@q["bc"] = quantize(4, 8);
	@c = count();
	exit(0);
}

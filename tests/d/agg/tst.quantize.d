#pragma D option quiet

/* §9: label v covers v..2v-1, -v covers -2v+1..-v, 0 only itself. */
BEGIN
{
	@ = quantize(0);
	@ = quantize(1);
	@ = quantize(2);
	@ = quantize(3);
	@ = quantize(4);
	@ = quantize(7);
	@ = quantize(8);
	@ = quantize(1000);
	@ = quantize(1023);
	@ = quantize(1024);
	exit(0);
}

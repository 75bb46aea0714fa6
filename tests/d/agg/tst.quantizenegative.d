#pragma D option quiet

/* All values below zero: the bar is at the right. */
BEGIN
{
	@ = quantize(-1);
	@ = quantize(-2);
	@ = quantize(-3);
	@ = quantize(-4);
	@ = quantize(-100);
	exit(0);
}

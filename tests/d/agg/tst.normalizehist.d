#pragma D option quiet

BEGIN
{
	@ = quantize(4, 100);
	@ = quantize(8, 300);
	normalize(@, 100);
	exit(0);
}

#pragma D option quiet

BEGIN
{
	@ = lquantize(5, 0, 10, 1, 100);
	@ = lquantize(6, 0, 10, 1, 50);
	@ = lquantize(6, 0, 10, 1, -25);
	@ = lquantize(20, 0, 10, 1, 3);
	exit(0);
}

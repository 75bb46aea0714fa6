#pragma D option quiet

BEGIN
{
	@ = llquantize(0, 10, 0, 3, 10);
	@ = llquantize(1, 10, 0, 3, 10);
	@ = llquantize(9, 10, 0, 3, 10);
	@ = llquantize(10, 10, 0, 3, 10);
	@ = llquantize(19, 10, 0, 3, 10);
	@ = llquantize(20, 10, 0, 3, 10);
	@ = llquantize(150, 10, 0, 3, 10);
	@ = llquantize(999, 10, 0, 3, 10);
	@ = llquantize(1000, 10, 0, 3, 10);
	@ = llquantize(9999, 10, 0, 3, 10);
	@ = llquantize(10000, 10, 0, 3, 10);
	exit(0);
}

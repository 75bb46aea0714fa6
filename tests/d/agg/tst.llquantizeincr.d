#pragma D option quiet

/* §9: the last argument is the increment; labels of a magnitude advance by factor^(m+1) / steps. */
BEGIN
{
	@ = llquantize(0, 10, 0, 2, 20, 2);
	@ = llquantize(7, 10, 0, 2, 20, 3);
	@ = llquantize(37, 10, 0, 2, 20, 5);
	@ = llquantize(1000, 10, 0, 2, 20, 1);
	@b = llquantize(3, 2, 1, 4, 4);
	@b = llquantize(31, 2, 1, 4, 4, 2);
	exit(0);
}

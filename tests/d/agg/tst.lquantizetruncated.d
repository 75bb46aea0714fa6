#pragma D option quiet

/* §9: the value of lquantize() is cut to 32 bits. */
BEGIN
{
	@ = lquantize(0x100000005, 0, 10, 1);
	@ = lquantize(0xffffffff, 0, 10, 1);
	exit(0);
}

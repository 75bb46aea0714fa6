#pragma D option quiet

/* §9.1: blocks of eighths: a third of 40 columns is 13 and 3/8 (2.67), two thirds are 26 and 5/8. */
#pragma D option encoding=utf8
BEGIN
{
	@ = quantize(10);
	@ = quantize(30);
	@ = quantize(31);
	exit(0);
}

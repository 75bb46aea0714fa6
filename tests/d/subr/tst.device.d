#pragma D option quiet

BEGIN
{
	printf("%d %d\n", getmajor(0x800001), getminor(0x800001));
	d = 0xffffffff;
	printf("%d %d\n", getmajor(d), getminor(d));
	exit(0);
}

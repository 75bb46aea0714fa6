#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d\n", (char)0x80, (unsigned char)0x180, (short)0x18000, (unsigned short)-1);
	printf("%d %d %d\n", (int)0x1ffffffff, (unsigned)-1, (int)0x80000000);
	printf("%d\n", (unsigned long)-1);
	exit(0);
}

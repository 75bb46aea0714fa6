#pragma D option quiet

/* §1: sizes tell which type was chosen. */
BEGIN
{
	printf("%d %d %d %d\n", sizeof (1), sizeof (2147483648), sizeof (0x80000000), sizeof (0x100000000));
	printf("%d %d %d %d\n", sizeof (1u), sizeof (1l), sizeof (1ul), sizeof (1ll));
	printf("%d %d %d\n", sizeof (4294967295u), sizeof (4294967296u), sizeof (037777777777));
	exit(0);
}

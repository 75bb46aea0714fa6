#pragma D option quiet

/* §1: the type of a constant is the first of the list that holds it; decimal constants skip the unsigned types. */
BEGIN
{
	printf("%d %d %d\n", 2147483647, 2147483648, 9223372036854775807);
	printf("%d %d %d\n", 0x7fffffff, 0x80000000, 0xffffffffffffffff);
	printf("%d %d %d\n", 017, 0777, 00);
	printf("%d %d %d\n", 0xdeadBEEF, 0XfF, 0xA);
	printf("%d %d %d %d\n", 1u, 1L, 1UL, 1ull);
	exit(0);
}

#pragma D option quiet

/* Constants and results beyond 32 bits. */
int64_t a;
uint64_t u;
BEGIN
{
	a = 0x123456789abcdef;
	printf("%x %x\n", a & 0xffffffff00000000, a | 0xf000000000000000);
	printf("%d\n", a * 3);
	a = 9223372036854775807;
	printf("%d %d\n", a, a + 1);
	u = 18446744073709551615;
	printf("%d %d\n", u, u + 1);
	a = 4294967296;
	printf("%d %d\n", a * a, a * (a / 2));
	exit(0);
}

#pragma D option quiet

/* §4.2: the result has the type of the left operand; >> of signed values is arithmetic. */
int i;
uint32_t u;
int64_t l;
uint64_t ul;
int n;
BEGIN
{
	n = 4;
	i = -256;
	u = 0x80000000;
	l = -256;
	ul = -256;
	printf("%d %d %d\n", i >> n, i << n, i >> 31);
	printf("%d %d\n", u >> n, u >> 31);
	printf("%d %d %d\n", l >> n, l << 8, l >> 63);
	printf("%d %d\n", ul >> 60, ul >> 63);
	printf("%d %d\n", 1 << 31, (int64_t)1 << 62);
	printf("%d\n", (uint64_t)1 << 63);
	printf("%x\n", (int64_t)1 << n << n);
	exit(0);
}

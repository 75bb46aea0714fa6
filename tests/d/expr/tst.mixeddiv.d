#pragma D option quiet

/* §4.2: at equal width unsigned wins, so -2 is taken as 2^64-2. */
int64_t s;
uint64_t u;
int i;
BEGIN
{
	s = -2;
	u = 2;
	i = -10;
	printf("%d\n", s / u);
	printf("%d\n", i / (int64_t)3);
	printf("%d\n", i / 3);
	exit(0);
}

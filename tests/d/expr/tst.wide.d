#pragma D option quiet

/* §4.2: arithmetic is done in 64 bits; an int result is cut to 32 bits when it is stored or printed as an int. */
int i;
int64_t l;
uint32_t u;
BEGIN
{
	i = 2147483647;
	printf("%d\n", i + 1);
	l = (int64_t)i + 1;
	printf("%d\n", l);
	i = i + 1;
	printf("%d\n", i);
	u = 0;
	printf("%d\n", u - 1);
	u = u - 1;
	printf("%d\n", u);
	u++;
	printf("%d\n", u);
	exit(0);
}

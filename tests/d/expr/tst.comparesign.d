#pragma D option quiet

/* By the promoted type: with an unsigned operand of the same or greater width the comparison is unsigned. */
int i;
uint32_t u;
int64_t l;
uint64_t ul;
uint8_t uc;
int8_t c;
BEGIN
{
	i = -1;
	u = 1;
	l = -1;
	ul = 1;
	uc = 255;
	c = -1;
	printf("%d %d\n", i < u, i > u);
	printf("%d %d\n", l < ul, l > ul);
	printf("%d %d\n", l < u, l > u);
	printf("%d %d\n", i < ul, i > ul);
	u = -1;
	printf("%d %d\n", u == l, l < u);
	printf("%d %d %d\n", uc == c, uc > 254, c == i);
	printf("%d %d\n", uc == 255, c == -1);
	exit(0);
}

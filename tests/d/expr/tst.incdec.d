#pragma D option quiet

int i;
uint8_t c;
int64_t l;
BEGIN
{
	i = 5;
	printf("%d %d ", i++, i);
	printf("%d %d ", ++i, i);
	printf("%d %d ", i--, i);
	printf("%d %d\n", --i, i);
	c = 255;
	c++;
	printf("%d ", c);
	c--;
	printf("%d\n", c);
	l = -1;
	l++;
	printf("%d ", l);
	--l;
	printf("%d\n", l);
	i = 2147483647;
	i++;
	printf("%d\n", i);
	exit(0);
}

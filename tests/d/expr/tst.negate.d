#pragma D option quiet

int8_t c;
uint32_t u;
int64_t l;
BEGIN
{
	c = -128;
	printf("%d\n", -(int64_t)c);
	u = 1;
	printf("%d\n", -u);
	l = -9223372036854775807;
	printf("%d\n", -l);
	printf("%d %d\n", ~l, -(-l));
	exit(0);
}

#pragma D option quiet

uint64_t a, b;
uint32_t c;
BEGIN
{
	a = -1;
	b = 10;
	printf("%d %d\n", a / b, a % b);
	printf("%d %d\n", a / 0x8000000000000000, a % 0x8000000000000000);
	c = -1;
	printf("%d %d\n", c / 10, c % 10);
	printf("%d\n", a / 1);
	exit(0);
}

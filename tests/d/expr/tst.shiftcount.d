#pragma D option quiet

int n;
uint64_t u;
BEGIN
{
	u = 1;
	n = 0;
	printf("%d", u << n);
	n = 31;
	printf(" %d", u << n);
	n = 32;
	printf(" %d", u << n);
	n = 63;
	printf(" %x\n", u << n);
	exit(0);
}

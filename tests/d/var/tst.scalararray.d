#pragma D option quiet

int a[4];
uint8_t b[3];
BEGIN
{
	a[0] = 10;
	a[3] = 13;
	i = 3;
	printf("%d %d %d %d\n", a[0], a[1], a[2], a[i]);
	a[i - 2] = 11;
	a[1]++;
	printf("%d\n", a[1]);
	b[1] = 300;
	b[2] = 7;
	printf("%d %d %d\n", b[0], b[1], b[2]);
	printf("%d %d\n", sizeof (a), sizeof (b));
	exit(0);
}

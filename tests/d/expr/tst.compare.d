#pragma D option quiet

int a, b;
BEGIN
{
	a = 3;
	b = 4;
	printf("%d%d%d%d%d%d\n", a < b, a <= b, a > b, a >= b, a == b, a != b);
	printf("%d%d%d%d%d%d\n", b < a, b <= a, b > a, b >= a, b == a, b != a);
	printf("%d%d%d%d%d%d\n", a < a, a <= a, a > a, a >= a, a == a, a != a);
	a = -1;
	printf("%d%d%d%d\n", a < b, a > b, a < 0, a >= 0);
	printf("%d\n", sizeof (a < b));
	exit(0);
}

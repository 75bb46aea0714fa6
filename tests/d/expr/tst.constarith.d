#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d\n", 17 + 5, 17 - 5, 17 * 5, 17 / 5, 17 % 5);
	printf("%d %d %d\n", 5 - 17, -17, +17);
	printf("%d %d %d %d %d\n", 17 & 5, 17 | 5, 17 ^ 5, ~17, ~5);
	printf("%d %d %d\n", 17 << 5, 17 >> 2, -17 >> 2);
	printf("%d %d %d %d\n", -17 / 5, -17 % 5, 17 / -5, 17 % -5);
	exit(0);
}

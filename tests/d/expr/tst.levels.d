#pragma D option quiet

/* §4.1: each level binds tighter than the one below; the values differ from those of the other reading. */
struct s { int m; };
struct s g;
int x, y;
BEGIN
{
	g.m = 2; x = 5;
	printf("1: %d %d %d\n", -x++, x, ~g.m);
	printf("2: %d %d %d\n", -2 * 3, ~1 * 2, !0 * 2);
	printf("3: %d %d\n", 1 + 2 * 3, 7 - 7 % 4);
	printf("4: %d %d\n", 1 << 2 + 1, 64 >> 3 - 1);
	printf("5: %d %d\n", 3 < 1 << 2, 9 >= 1 << 3);
	printf("6: %d %d\n", 2 == 1 < 3, 1 != 3 > 2);
	printf("7: %d %d\n", 2 & 2 == 2, 4 & 4 != 3);
	printf("8: %d\n", 1 ^ 1 & 0);
	printf("9: %d\n", 1 | 1 ^ 1);
	printf("10: %d\n", 1 && 2 | 4);
	printf("11: %d\n", 1 ^^ 1 && 0);
	printf("12: %d\n", 1 || 1 ^^ 1);
	printf("13: %d\n", 1 || 0 ? 2 : 3);
	printf("14: %d %d\n", 1 ? 2 : 1 ? 3 : 4, 0 ? 2 : 0 ? 3 : 4);
	x = y = 3;
	x += y -= 1;
	printf("15: %d %d %d\n", x, y, (x = 0 ? 1 : 2));
	x = 1, 2;
	printf("16: %d %d\n", x, (x, 7));
	printf("left: %d %d %d %d\n", 10 - 3 - 2, 100 / 10 / 5, 1 << 1 << 2, 5 > 4 > 0);
	exit(0);
}

#pragma D option quiet

/* §4.2: left to right; assignments inside expressions are allowed and associate to the right. */
int x, a, b, c;
BEGIN
{
	x = 1;
	printf("%d %d %d\n", x++, x++, x++);
	a = b = c = 3;
	printf("%d %d %d\n", a, b, c);
	a = (b = 5) + (c = b + 1);
	printf("%d %d %d\n", a, b, c);
	x = (1, 2, 3);
	printf("%d\n", x);
	a = 1;
	a += a += 2;
	printf("%d\n", (b = a) > 3);
	exit(0);
}

#pragma D option quiet

enum color { RED, GREEN = 5, BLUE, BLACK = -1, LAST };
BEGIN
{
	x = BLUE;
	printf("%d %d %d %d %d\n", RED, GREEN, x, BLACK, LAST);
	printf("%d\n", x == BLUE && x != GREEN);
	printf("%d\n", GREEN + BLUE * 2);
	exit(0);
}

#pragma D option quiet

inline string color[int c] =
	c == 0 ? "red" :
	c == 1 ? "green" : "other";
inline int biggest[int a, int b] = a > b ? a : b;
BEGIN
{
	printf("%s %s %s\n", color[0], color[1], color[77]);
	x = 3;
	printf("%d %d\n", biggest[x, 7], biggest[x + 10, 7]);
	printf("%d\n", biggest[biggest[1, 2], biggest[5, 4]]);
	exit(0);
}

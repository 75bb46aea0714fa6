#pragma D option quiet

int t, f, n;
BEGIN
{
	t = 1;
	f = 0;
	printf("%d %d\n", t ? 10 : 20, f ? 10 : 20);
	printf("%s %s\n", t ? "yes" : "no", f ? "yes" : "no");
	printf("%d\n", f ? 1 : f ? 2 : t ? 3 : 4);
	printf("%d\n", t ? f ? 1 : 2 : 3);
	n = 0;
	x = t ? 5 : ++n;
	printf("%d %d\n", x, n);
	x = f ? ++n : 6;
	printf("%d %d\n", x, n);
	printf("%d\n", (f ? 1 : 2) + 3);
	y = (int64_t)(t ? -1 : 0);
	printf("%d\n", y);
	exit(0);
}

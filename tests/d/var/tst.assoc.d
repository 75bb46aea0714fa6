#pragma D option quiet

BEGIN
{
	a[1] = 10;
	a[2] = 20;
	a[-1] = 30;
	printf("%d %d %d %d\n", a[1], a[2], a[-1], a[3]);
	a[1] = a[2] + a[-1];
	a[2]++;
	printf("%d %d\n", a[1], a[2]);
	a[1] = 0;
	printf("%d %d\n", a[1], a[2]);
	s["x", 1] = "first";
	s["x", 2] = "second";
	s["y", 1] = "third";
	printf("%s %s %s [%s]\n", s["x", 1], s["x", 2], s["y", 1], s["y", 2]);
	exit(0);
}

#pragma D option quiet

int t, f;
BEGIN
{
	t = 7;
	f = 0;
	printf("%d%d%d%d ", t && t, t && f, f && t, f && f);
	printf("%d%d%d%d ", t || t, t || f, f || t, f || f);
	printf("%d%d%d%d\n", t ^^ t, t ^^ f, f ^^ t, f ^^ f);
	printf("%d %d %d %d\n", !t, !f, !!t, !-1);
	printf("%d %d %d\n", 2 && 1, 2 ^^ 1, 0 || 256);
	printf("%d\n", 0x100000000 && 1);
	exit(0);
}

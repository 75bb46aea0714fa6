#pragma D option quiet

/* Signed and unsigned bit-fields, cut to their width; neighbours are left alone. */
struct b { int a : 3; unsigned b : 5; int c; };
struct b g;
BEGIN
{
	g.a = 3;
	g.b = 31;
	g.c = 100;
	printf("%d %d %d\n", g.a, g.b, g.c);
	g.a = -1;
	printf("%d %d %d\n", g.a, g.b, g.c);
	g.a = 5;
	g.b = 33;
	printf("%d %d %d\n", g.a, g.b, g.c);
	exit(0);
}

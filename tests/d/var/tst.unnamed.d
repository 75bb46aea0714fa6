#pragma D option quiet

/* §3: unnamed bit-fields are padding; the members of an unnamed struct or union are those of the one around it. */
struct u {
	int a : 3; int : 2; unsigned b : 3;
	struct { int x; };
	union { char c[4]; int d; };
};
struct u g;
BEGIN
{
	g.a = 1;
	g.b = 7;
	g.x = 5;
	g.d = 0x41424344;
	printf("%d %d %d %d %d %d\n", g.a, g.b, g.x, g.c[0], sizeof (g), offsetof(struct u, d));
	exit(0);
}

#pragma D option quiet

/* Members, elements, copies; a structure as a key goes by value. */
struct point { int x; char c[4]; int64_t l; };
struct point g;
BEGIN
{
	printf("%d %d\n", g.x, g.l);
	g.x = 5;
	g.c[1] = 300;
	g.l = -1;
	h = g;
	h.x++;
	printf("%d %d %d %d %d\n", g.x, g.c[1], g.l, h.x, h.c[1]);
	a[g] = 7;
	printf("%d %d\n", a[g], a[h]);
	h.x--;
	printf("%d\n", a[h]);
	this->p = g;
	this->p.l = 3;
	printf("%d %d\n", this->p.l, g.l);
	exit(0);
}

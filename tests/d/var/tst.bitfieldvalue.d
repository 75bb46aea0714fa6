#pragma D option quiet

/* §4.2: integers are converted to the declared type: the value of ++ and = is that of the bit-field afterwards. */
struct b { int a : 3; unsigned b : 5; uint64_t c : 40; };
struct b g;
BEGIN
{
	g.a = 3;
	printf("%d", ++g.a);
	printf(" %d", g.a = 6);
	printf(" %d", g.b -= 1);
	printf(" %d %d\n", --g.c, g.c++);
	printf("%d %d %d\n", g.a, g.b, g.c);
	this->p = (struct b *)alloca(16);
	this->p->a = 3;
	printf("%d %d\n", ++this->p->a, this->p->b = 63);
	exit(0);
}

/* §11.3: what is no integer and no text is dumped. */
struct s { int a; char b[4]; int64_t c; int d; };
struct s g;
BEGIN
{
	g.a = 0x41424344;
	g.b[1] = 0x7e;
	g.c = -1;
	g.d = 0x1f;
	trace(g);
	exit(0);
}

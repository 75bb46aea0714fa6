#pragma D option quiet

/* §4.2: scaled by the size of what is pointed to; the difference of two is a ptrdiff_t. */
struct s { int a; long b; int c; };
BEGIN
{
	p = (int *)0x1000;
	q = (struct s *)0x1000;
	c = (char *)0x1000;
	printf("%x %x %x\n", (uint64_t)(p + 1), (uint64_t)(q + 1), (uint64_t)(c + 1));
	printf("%x %x\n", (uint64_t)(p - 2), (uint64_t)(3 + p));
	printf("%d %d\n", (p + 10) - p, (q + 2) - q);
	printf("%d %d\n", p < p + 1, p == (int *)0x1000);
	printf("%x\n", (uint64_t)&q->c);
	printf("%x\n", (uint64_t)&p[4]);
	exit(0);
}

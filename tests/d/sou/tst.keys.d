/* Structs and pointers as keys: equal bytes are the same key. */
#pragma D option quiet
struct point { int x, y; };
struct point p, q;
int n[struct point, int];
BEGIN
{
	p.x = 1; p.y = 2; q = p;
	n[p, 0] = 5; n[q, 0]++; q.y = 3; n[q, 0] = 100; n[q, 1] = 7;
	@a[p] = count(); q.y = 2; @a[q] = count(); q.x = 2; @a[q] = count();
	m[curthread] = 8; m[curthread]++;
	printf("%d %d %d\n", n[p, 0], n[q, 0], m[curthread]);
	q.x = 1; q.y = 3;
	printf("%d %d\n", n[q, 0], n[q, 1]);
	printa("%@d ", @a);
	exit(0);
}

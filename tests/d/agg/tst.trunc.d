#pragma D option quiet

/* trunc(@a, n): the n highest; negative: the n lowest; 0 or none: nothing is left. */
BEGIN
{
	@a[1] = sum(10); @a[2] = sum(20); @a[3] = sum(30); @a[4] = sum(40);
	@b[1] = sum(10); @b[2] = sum(20); @b[3] = sum(30); @b[4] = sum(40);
	@c[1] = sum(10); @c[2] = sum(20);
	@d[1] = sum(10); @d[2] = sum(20);
	@e[1] = sum(10); @e[2] = sum(20);
	trunc(@a, 2);
	trunc(@b, -3);
	trunc(@c);
	trunc(@d, 0);
	trunc(@e, 10);
	printa("a %d %@d\n", @a);
	printa("b %d %@d\n", @b);
	printa("c %d %@d\n", @c);
	printa("d %d %@d\n", @d);
	printa("e %d %@d\n", @e);
	exit(0);
}

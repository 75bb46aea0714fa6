#pragma D option quiet

/* §4.2: ++, -- and += on a new name make an int64_t. */
BEGIN
{
	a++;
	b--;
	c += 5;
	m[1]++;
	m[1]++;
	self->s++;
	printf("%d %d %d %d %d\n", a, b, c, m[1], self->s);
	printf("%d %d\n", sizeof (a), sizeof (c));
	exit(0);
}

#pragma D option quiet

/* §8: rand() is an int, and another one each time. */
BEGIN
{
	a = rand();
	b = rand();
	c = rand();
	printf("%d %d\n", sizeof (rand()), a != b || b != c);
	exit(0);
}

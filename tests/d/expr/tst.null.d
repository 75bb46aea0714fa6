#pragma D option quiet

BEGIN
{
	printf("%d %d\n", NULL, sizeof (NULL));
	p = (int *)NULL;
	printf("%d %d\n", p == NULL, p != 0);
	printf("%d\n", (uint64_t)(p + 3));
	exit(0);
}

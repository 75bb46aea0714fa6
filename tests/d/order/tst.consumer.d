#pragma D option quiet

/* Actions of the consumer happen in the order of the records. */
BEGIN
{
	@a = sum(5);
	printf("before\n");
	printa("%@d\n", @a);
	printf("between\n");
	printa("%@d\n", @a);
	normalize(@a, 5);
	printa("%@d\n", @a);
	printf("after\n");
	trunc(@a);
	printa("never %@d\n", @a);
	printf("last\n");
	exit(0);
}

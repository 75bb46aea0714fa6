#pragma D option quiet

/* §5.8: an integer, an identifier, or a string; $$n is always a string. */
BEGIN
{
	printf("%d %d %d\n", $1 + 1, $2, $3);
	printf("%s %s %s\n", $$1, $$4, $5);
	myname = 7;
	printf("%d\n", $4);
	printf("%s|%s\n", $6, $7);
	printf("%s\n", $$8);
	exit(0);
}

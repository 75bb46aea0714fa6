#pragma D option quiet

/* §1: a slash is a division unless what follows can only follow a predicate. */
BEGIN
/ 10 / 5 == 2 /
{
	x = 100;
	printf("%d %d\n", x / 7, x
	    / 10 / 5);
}
BEGIN
/x / 10 == 10/
{
	printf("yes\n");
	exit(0);
}

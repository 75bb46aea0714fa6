#pragma D option quiet

/* §2: a predicate may assign, and is evaluated before the body. */
BEGIN
/x = 7/
{
	printf("%d\n", x);
}
BEGIN
/x++ == 7/
{
	printf("%d\n", x);
}
BEGIN
/(x = 0)/
{
	printf("wrong\n");
}
BEGIN
{
	printf("%d\n", x);
	exit(0);
}

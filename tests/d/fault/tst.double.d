#pragma D option quiet

/* A fault inside ERROR does not fire ERROR again; it is counted and told. */
int zero;
BEGIN
{
	x = 1 / zero;
}
BEGIN
{
	exit(0);
}
ERROR
{
	n++;
	x = 2 / zero;
}
END
{
	printf("%d\n", n);
}

#pragma D option quiet

/* A key that was truncated may come back, and starts from nothing. */
int n;
tick-50hz
/n == 0/
{
	@[1] = sum(100);
	@[2] = sum(200);
	trunc(@);
}
tick-50hz
/n == 10/
{
	@[2] = sum(5);
	printa("%d %@d\n", @);
	exit(0);
}
tick-50hz
{
	n++;
}

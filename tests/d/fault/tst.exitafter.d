#pragma D option quiet

/* What would have ended tracing is discarded with the clause. */
int zero;
BEGIN
{
	exit(3);
	x = 1 / zero;
}
ERROR
{
	printf("error\n");
}
tick-50hz
{
	exit(4);
}

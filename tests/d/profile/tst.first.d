#pragma D option quiet

/* Two ticks of different rates: the faster one comes more often. */
tick-200
{
	fast++;
}
tick-20
{
	slow++;
}
tick-20
/slow == 6/
{
	printf("%d\n", fast > slow);
	exit(0);
}

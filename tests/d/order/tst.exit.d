#pragma D option quiet

/* Nothing but END runs after exit(). */
tick-1000hz
{
	n++;
}
tick-1000hz
/n == 5/
{
	printf("exit at %d\n", n);
	exit(0);
}
tick-1000hz
/n > 5/
{
	printf("wrong\n");
}
END
{
	printf("end\n");
}

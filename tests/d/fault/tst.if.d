#pragma D option quiet

/* A fault in a condition or a branch ends the clause, also what is behind the if. */
int zero;
BEGIN
{
	if (1 / zero)
		printf("wrong\n");
	else
		printf("wrong\n");
	printf("wrong\n");
}
BEGIN
{
	if (zero == 0) {
		printf("discarded\n");
		x = 1 / zero;
	}
	printf("wrong\n");
}
BEGIN
{
	if (zero)
		x = 1 / zero;
	printf("right\n");
	exit(0);
}
ERROR
{
	printf("error %d\n", arg4);
}

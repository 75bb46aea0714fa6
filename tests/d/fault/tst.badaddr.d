#pragma D option quiet

/* §12: the clause's data is discarded, what it did before stays done, the next clause runs, and ERROR fires. */
int x;
BEGIN
{
	x = 5;
	printf("discarded\n");
	trace(*(int *)8);
	x = 6;
	printf("not reached\n");
}
BEGIN
{
	printf("next %d\n", x);
	exit(0);
}
ERROR
{
	printf("error %d %x\n", arg4, arg5);
}

#pragma D option quiet

/* What printf prints in one go is one record: nothing comes between. */
BEGIN
{
	printf("a");
	printf("b%s", "");
	printf("%s", "c");
	trace("d");
	trace(1);
	printf("\n");
	exit(0);
}

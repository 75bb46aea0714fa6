#pragma D option quiet

/* exit() does not end the clause. */
BEGIN
{
	if (1) {
		exit(0);
	}
	printf("after\n");
}

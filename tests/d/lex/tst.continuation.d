#pragma D option quiet

/* §1: backslash-newline between tokens is skipped. */
BEGIN \
{
	x = 3 \
	    + 4;
	printf("%d\n", \
	    x);
	exit(0);
}

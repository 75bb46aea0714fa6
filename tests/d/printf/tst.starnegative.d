#pragma D option quiet

/* §10: a negative width is left, whatever the flags; a negative precision is none. */
BEGIN
{
	printf("[%*d] [%-*d] [%0*d]\n", -6, 7, -4, 5, -3, 8);
	printf("[%.*s] [%.*d] [%*.*d] [%*s]\n", -1, "abc", -3, 9, 5, 3, 1, -5, "x");
	exit(0);
}

#pragma D option quiet

/* §5.3: eight parts of a key, each of which counts. */
BEGIN
{
	x[1, "2", 3, 4, 5, 6, 7, 8] = 9;
	x[1, "2", 3, 4, 5, 6, 7, 9] = 10;
	printf("%d %d %d %d\n", x[1, "2", 3, 4, 5, 6, 7, 8], x[1, "2", 3, 4, 5, 6, 7, 9], x[2, "2", 3, 4, 5, 6, 7, 8],
	    x[1, "", 3, 4, 5, 6, 7, 8]);
	exit(0);
}

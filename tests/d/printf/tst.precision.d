#pragma D option quiet

/* §10: a precision of 0 is ignored. */
BEGIN
{
	printf("[%.3d][%.5d][%8.3d][%-8.3d]\n", 7, -7, 7, 7);
	printf("[%.2s][%5.2s][%-5.2s][%.9s]\n", "abcd", "abcd", "abcd", "abcd");
	printf("[%.0s][%.0d]\n", "abcd", 5);
	printf("[%.4x][%#.4x]\n", 255, 255);
	exit(0);
}

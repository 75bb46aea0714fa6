#pragma D option quiet

/* A long format with many arguments, and a long string. */
BEGIN
{
	printf("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d\n",
	    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
	printf("%s%d%s%d%s%d\n", "a", (char)1, "b", (short)2, "c", (int64_t)3);
	s = "0123456789";
	s = strjoin(s, s);
	s = strjoin(s, s);
	printf("%s%s%s\n", s, s, s);
	printf("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890\n");
	exit(0);
}

#pragma D option quiet

/* §8: a start before the beginning shrinks the length by the overhang; a negative length stops that far before the end. */
BEGIN
{
	s = "hello";
	printf("%s|%s|%s|%s\n", substr(s, 0), substr(s, 1), substr(s, 4), substr(s, 5));
	printf("%s|%s|%s\n", substr(s, 9), substr(s, 1, 3), substr(s, 0, 0));
	printf("%s|%s|%s|%s\n", substr(s, -3), substr(s, -3, 2), substr(s, -5), substr(s, -5, 1));
	printf("%s|%s|%s\n", substr(s, -7), substr(s, -7, 4), substr(s, -7, 2));
	printf("%s|%s|%s|%s\n", substr(s, 1, -1), substr(s, 0, -5), substr(s, 0, -9), substr(s, 0, -4));
	printf("%s|%s|%s\n", substr(s, 1, 100), substr(s, 5, 1), substr("", 0));
	printf("%s\n", substr(s, 2, 2));
	exit(0);
}

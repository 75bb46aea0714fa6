#pragma D option quiet

BEGIN
{
	s = "abcabc";
	printf("%d %d %d %d\n", index(s, "bc"), index(s, "abc"), index(s, "x"), index(s, "c"));
	printf("%d %d %d %d\n", index(s, "bc", 1), index(s, "bc", 2), index(s, "bc", 4), index(s, "bc", 5));
	printf("%d %d %d\n", index(s, "bc", -5), index(s, "bc", 6), index(s, "bc", 100));
	printf("%d %d %d %d\n", index("abc", ""), index("abc", "", 2), index("abc", "", 3), index("abc", "", 9));
	printf("%d %d %d\n", index("", ""), index("", "a"), index("ab", "abc"));
	printf("%d\n", index("aaab", "aab"));
	exit(0);
}

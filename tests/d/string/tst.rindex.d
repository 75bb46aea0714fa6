#pragma D option quiet

BEGIN
{
	s = "abcabc";
	printf("%d %d %d %d\n", rindex(s, "bc"), rindex(s, "abc"), rindex(s, "x"), rindex(s, "a"));
	printf("%d %d %d %d\n", rindex(s, "bc", 4), rindex(s, "bc", 3), rindex(s, "bc", 1), rindex(s, "bc", 0));
	printf("%d %d\n", rindex(s, "bc", -1), rindex(s, "bc", 100));
	printf("%d %d %d %d\n", rindex("abc", ""), rindex("abc", "", 1), rindex("abc", "", -1), rindex("abc", "", 9));
	printf("%d %d %d\n", rindex("", ""), rindex("", "a"), rindex("ab", "abc"));
	exit(0);
}

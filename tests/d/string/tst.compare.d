#pragma D option quiet

/* §4.2: by bytes, as unsigned numbers. */
string s, t;
BEGIN
{
	s = "abc";
	t = "abd";
	printf("%d%d%d%d%d%d\n", s < t, s <= t, s > t, s >= t, s == t, s != t);
	printf("%d%d%d%d%d%d\n", s < s, s <= s, s > s, s >= s, s == s, s != s);
	printf("%d %d %d\n", s == "abc", "abc" == s, s == "ab");
	printf("%d %d %d\n", "" < "a", s < "abcd", "b" > s);
	printf("%d %d\n", "" == "", "" != "a");
	printf("%d %d\n", "\200" > "z", "\377" > "\200");
	t = strjoin("ab", "c");
	printf("%d\n", s == t);
	exit(0);
}

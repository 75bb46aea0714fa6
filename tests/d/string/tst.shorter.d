#pragma D option quiet

/* A shorter string leaves nothing of a longer one behind. */
string s;
BEGIN
{
	s = "a long string of characters";
	s = "abc";
	@[s] = count();
	s = "abcdef";
	s = "abc";
	@[s] = count();
	printf("%s %d %d\n", s, s == "abc", s[3]);
	printa("%s %@d\n", @);
	exit(0);
}

#pragma D option quiet

/* §4.2, §8: strings hold strsize-1 characters, results longer than that are cut. */
#pragma D option strsize=16
string s;
BEGIN
{
	s = "0123456789abcdefghij";
	printf("%s %d\n", s, strlen(s));
	s = "0123456789abcde";
	printf("%s %d\n", s, strlen(s));
	s = "0123456789abcdef";
	printf("%s %d\n", s, strlen(s));
	s = cleanpath("0123456789abcdefghij");
	printf("%s\n", s);
	s = lltostr(1234567890123456789);
	printf("%s\n", s);
	printf("%d\n", sizeof (string));
	exit(0);
}

#pragma D option quiet

string s;
BEGIN
{
	printf("%d %d %d\n", strlen(""), strlen("a"), strlen("hello, world"));
	s = "abc";
	printf("%d %d\n", strlen(s), strlen(strjoin(s, s)));
	printf("%d\n", sizeof (strlen("a")));
	exit(0);
}

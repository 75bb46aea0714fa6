#pragma D option quiet

#pragma D option strsize=512
string s;
BEGIN
{
	s = "0123456789abcdef";
	s = strjoin(s, s);
	s = strjoin(s, s);
	s = strjoin(s, s);
	s = strjoin(s, s);
	printf("%d\n", strlen(s));
	s = strjoin(s, substr(s, 0, 255));
	printf("%d\n", strlen(s));
	printf("%s\n", substr(s, 500));
	exit(0);
}

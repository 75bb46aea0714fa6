#pragma D option quiet

/* strsize is 256: 255 characters fit. */
string s;
BEGIN
{
	s = "0123456789abcdef";
	s = strjoin(s, s);
	s = strjoin(s, s);
	s = strjoin(s, s);
	s = strjoin(s, substr(s, 0, 127));
	printf("%d %s\n", strlen(s), substr(s, 250));
	exit(0);
}

#pragma D option quiet

string s;
BEGIN
{
	s = "hello";
	printf("%d %d %d\n", s[0], s[4], s[5]);
	printf("%c%c\n", s[1], s[2]);
	i = 3;
	printf("%c\n", s[i]);
	printf("%d\n", s[0] == 'h');
	exit(0);
}

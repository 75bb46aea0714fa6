#pragma D option quiet

/* The same with numbers that the compiler does not know. */
string s;
int i, n;
BEGIN
{
	s = "0123456789";
	i = 3; n = 4; printf("%s|", substr(s, i, n));
	i = -4; n = 2; printf("%s|", substr(s, i, n));
	i = -12; n = 5; printf("%s|", substr(s, i, n));
	i = 2; n = -3; printf("%s|", substr(s, i, n));
	i = 9; n = 9; printf("%s|", substr(s, i, n));
	i = 10; n = 1; printf("%s|", substr(s, i, n));
	i = 0; n = 2147483647; printf("%s|", substr(s, i, n));
	i = 2147483647; n = 2147483647; printf("%s|", substr(s, i, n));
	i = -2147483647; n = 3; printf("%s|\n", substr(s, i, n));
	exit(0);
}

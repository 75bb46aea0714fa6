#pragma D option quiet

string s;
BEGIN
{
	s = "abc";
	n = 2;
	printf("%s\n", n == 1 ? "one" : n == 2 ? strjoin(s, "2") : "many");
	s = n > 1 ? s : "none";
	printf("%s\n", s);
	printf("%s|\n", n > 5 ? s : "");
	exit(0);
}

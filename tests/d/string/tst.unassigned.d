#pragma D option quiet

string s;
BEGIN
{
	printf("[%s] %d %d\n", s, strlen(s), s == "");
	s = "x";
	printf("[%s] %d\n", s, s == "");
	s = "";
	printf("[%s] %d\n", s, s == "");
	exit(0);
}

#pragma D option quiet

string a, b;
BEGIN
{
	a = "foo";
	b = "bar";
	printf("%s|%s|%s|%s\n", strjoin(a, b), strjoin(a, ""), strjoin("", b), strjoin("", ""));
	a = strjoin(a, strjoin("-", strjoin(b, "!")));
	printf("%s %d\n", a, strlen(a));
	a = strjoin(a, a);
	printf("%s\n", a);
	exit(0);
}

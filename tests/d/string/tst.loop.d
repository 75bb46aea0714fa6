#pragma D option quiet

/* Several strings alive at once in one clause. */
BEGIN
{
	a = "a"; b = "b"; c = "c";
	t = a; a = b; b = c; c = t;
	printf("%s%s%s %s\n", a, b, c, t);
	a = strjoin(strjoin(a, b), strjoin(c, t));
	printf("%s\n", a);
	a = substr(a, 1);
	b = a;
	a = strjoin(b, a);
	printf("%s %s\n", a, b);
	exit(0);
}

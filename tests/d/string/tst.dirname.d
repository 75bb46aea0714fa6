#pragma D option quiet

BEGIN
{
	printf("%s %s %s %s\n", dirname("/foo/bar"), dirname("/foo/bar/"), dirname("foo"), dirname("/foo"));
	printf("%s %s %s %s\n", dirname("/"), dirname("//"), dirname(""), dirname("foo/"));
	printf("%s %s %s\n", dirname("a/b/c"), dirname("a//b"), dirname("/foo/"));
	exit(0);
}

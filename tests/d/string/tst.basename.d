#pragma D option quiet

BEGIN
{
	printf("%s %s %s %s\n", basename("/foo/bar"), basename("/foo/bar/"), basename("foo"), basename("/foo"));
	printf("%s %s %s %s\n", basename("/"), basename("//"), basename(""), basename("foo//"));
	printf("%s %s %s\n", basename("a/b/c"), basename("."), basename("/a//b//"));
	exit(0);
}

#pragma D option quiet

BEGIN
{
	printf("%s %s %s\n", cleanpath("/a//b/./c/../d"), cleanpath("/a/.."), cleanpath("a/b/../../c"));
	printf("[%s] [%s] [%s]\n", cleanpath(""), cleanpath("/..."), cleanpath("/a/./"));
	exit(0);
}

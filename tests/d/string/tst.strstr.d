#pragma D option quiet

BEGIN
{
	s = "hello world";
	printf("%s|%s|%s|%s\n", strstr(s, "o w"), strstr(s, ""), strstr(s, "hello"), strstr(s, "d"));
	printf("%d %d %d\n", strstr(s, "low") == NULL, strstr(s, "worlds") == NULL, strstr(s, "lo") == NULL);
	printf("%s\n", strstr("aaab", "aab"));
	exit(0);
}

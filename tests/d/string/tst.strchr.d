#pragma D option quiet

BEGIN
{
	s = "abcabc";
	printf("%s|%s|%s|%s\n", strchr(s, 'b'), strrchr(s, 'b'), strchr(s, 'a'), strrchr(s, 'c'));
	printf("%d %d\n", strchr(s, 'z') == NULL, strrchr(s, 'z') == NULL);
	printf("%d %d\n", strchr(s, 'a') == NULL, strchr("", 'a') == NULL);
	exit(0);
}

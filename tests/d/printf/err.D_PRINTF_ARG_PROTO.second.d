BEGIN
{
	printf("%d %s", 5);
}

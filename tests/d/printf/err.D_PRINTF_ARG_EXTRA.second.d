BEGIN
{
	printf("%d", 5, 6);
}

BEGIN
{
	printf("100%");
}

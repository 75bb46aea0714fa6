BEGIN
{
	printf("text", 5);
}

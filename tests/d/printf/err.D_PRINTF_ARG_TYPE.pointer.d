BEGIN
{
	printf("%s", curthread);
}

BEGIN
{
	printf("%d", curthread->se);
}

BEGIN
{
	printf("%hd", (int64_t)5);
}

/* %c takes integers of at most 4 bytes. */
BEGIN
{
	printf("%c", (int64_t)5);
}

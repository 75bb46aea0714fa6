/* A printf() in a line: no padding, and the newline at the end of the clause comes on top of its own. */
BEGIN
{
	printf("a%d", 1);
}
BEGIN
{
	printf("b\n");
	trace(5);
	exit(0);
}

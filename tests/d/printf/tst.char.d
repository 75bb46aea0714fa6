#pragma D option quiet

/* %C escapes what cannot be printed, %c does not. */
BEGIN
{
	printf("%c%c%c\n", 'a', 98, (char)99);
	printf("%C|%C|%C|%C\n", 'a', '\n', '\t', '\a');
	printf("%c|\n", 0x141);
	exit(0);
}
